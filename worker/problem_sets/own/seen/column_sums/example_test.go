package columnsums

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleColumnSums(t *testing.T) {
	assert.Equal(t, []int{111, 202, 300}, ColumnSums([][]int{{1, 2}, {10}, {100, 200, 300}}))
	assert.Equal(t, []int{4}, ColumnSums([][]int{{4}}))
}

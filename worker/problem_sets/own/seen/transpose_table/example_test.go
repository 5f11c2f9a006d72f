package transposetable

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleTransposeTable(t *testing.T) {
	assert.Equal(t, [][]int{{1, 4}, {2, 5}, {3, 6}}, TransposeTable([][]int{{1, 2, 3}, {4, 5, 6}}))
	assert.Empty(t, TransposeTable([][]int{}))
}

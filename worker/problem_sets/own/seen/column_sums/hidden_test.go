package columnsums

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenColumnSums(t *testing.T) {
	assert.Empty(t, ColumnSums(nil))
	assert.Empty(t, ColumnSums([][]int{{}}))
	assert.Equal(t, []int{1}, ColumnSums([][]int{{}, {1}}))
	assert.Equal(t, []int{1}, ColumnSums([][]int{{1}, {}}))
	assert.Equal(t, []int{1, 2, 3}, ColumnSums([][]int{{1, 2, 3}}))
	assert.Equal(t, []int{6}, ColumnSums([][]int{{1}, {2}, {3}}))
	assert.Equal(t, []int{0, 0}, ColumnSums([][]int{{5, -5}, {-5, 5}}))
	assert.Equal(t, []int{3, 2, 1}, ColumnSums([][]int{{1, 1, 1}, {1, 1}, {1}}))
	assert.Equal(t, []int{0, 0, 7}, ColumnSums([][]int{{0, 0, 7}}))
}

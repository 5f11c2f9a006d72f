package transposetable

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenTransposeTable(t *testing.T) {
	assert.Empty(t, TransposeTable(nil))
	assert.Equal(t, [][]int{{7}}, TransposeTable([][]int{{7}}))
	assert.Equal(t, [][]int{{1}, {2}}, TransposeTable([][]int{{1, 2}}))
	assert.Equal(t, [][]int{{1, 2}}, TransposeTable([][]int{{1}, {2}}))
	assert.Equal(t, [][]int{{1, 3}, {2, 4}}, TransposeTable([][]int{{1, 2}, {3, 4}}))
	assert.Empty(t, TransposeTable([][]int{{}, {}}))
	assert.Equal(t, [][]int{{-1, 0, 5}, {0, -1, 5}}, TransposeTable([][]int{{-1, 0}, {0, -1}, {5, 5}}))
	assert.Equal(t, [][]int{{1}, {2}, {3}, {4}}, TransposeTable([][]int{{1, 2, 3, 4}}))
}

package paralleltotal

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenParallelTotal(t *testing.T) {
	assert.Equal(t, 0, ParallelTotal(nil))
	assert.Equal(t, 0, ParallelTotal([][]int{{}}))
	assert.Equal(t, 7, ParallelTotal([][]int{{7}}))
	assert.Equal(t, 0, ParallelTotal([][]int{{-7}, {7}}))
	assert.Equal(t, 55, ParallelTotal([][]int{{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}}))
	assert.Equal(t, 36, ParallelTotal([][]int{{1}, {2}, {3}, {4}, {5}, {6}, {7}, {8}}))
	assert.Equal(t, 5, ParallelTotal([][]int{{}, {5}, {}}))
	assert.Equal(t, -6, ParallelTotal([][]int{{-1, -2}, {-3}}))
	assert.Equal(t, 1000, ParallelTotal([][]int{{100, 200}, {300, 400}}))
}

package zigzaglevels

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenZigzagLevels(t *testing.T) {
	assert.Empty(t, ZigzagLevels(nil))
	assert.Equal(t, [][]int{{5}}, ZigzagLevels([]int{5}))
	assert.Equal(t, [][]int{{5}, {7, 6}}, ZigzagLevels([]int{5, 6, 7}))
	assert.Equal(t, [][]int{{5}, {7, 6}, {8}}, ZigzagLevels([]int{5, 6, 7, 8}))
	assert.Equal(t, [][]int{{1}, {3, 2}, {4, 5, 6}}, ZigzagLevels([]int{1, 2, 3, 4, 5, 6}))
	assert.Equal(t, [][]int{{1}, {3, 2}, {4, 5, 6, 7}, {8}}, ZigzagLevels([]int{1, 2, 3, 4, 5, 6, 7, 8}))
	assert.Equal(t, [][]int{{1}, {3, 2}, {4, 5, 6, 7}, {10, 9, 8}}, ZigzagLevels([]int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}))
	assert.Equal(t, [][]int{{-1}, {0, -1}}, ZigzagLevels([]int{-1, -1, 0}))
	fifteen := []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}
	assert.Equal(t, []int{15, 14, 13, 12, 11, 10, 9, 8}, ZigzagLevels(fifteen)[3])
	assert.Equal(t, []int{16}, ZigzagLevels(fifteen)[4])
	assert.Equal(t, []int{1, 2, 3}, fifteen[:3])
}

package zigzaglevels

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleZigzagLevels(t *testing.T) {
	assert.Equal(t, [][]int{{1}, {3, 2}, {4, 5, 6, 7}}, ZigzagLevels([]int{1, 2, 3, 4, 5, 6, 7}))
	assert.Equal(t, [][]int{{8}, {9}}, ZigzagLevels([]int{8, 9}))
}

package deltaencode

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenDeltaEncode(t *testing.T) {
	assert.Empty(t, DeltaEncode(nil))
	assert.Equal(t, []int{7}, DeltaEncode([]int{7}))
	assert.Equal(t, []int{0}, DeltaEncode([]int{0}))
	assert.Equal(t, []int{-4}, DeltaEncode([]int{-4}))
	assert.Equal(t, []int{5, 0, 0}, DeltaEncode([]int{5, 5, 5}))
	assert.Equal(t, []int{1, 1, 2, 4, 8}, DeltaEncode([]int{1, 2, 4, 8, 16}))
	assert.Equal(t, []int{3, -6, 6}, DeltaEncode([]int{3, -3, 3}))
	assert.Equal(t, []int{-1, -1, -2}, DeltaEncode([]int{-1, -2, -4}))
	assert.Equal(t, []int{100, -99, -1}, DeltaEncode([]int{100, 1, 0}))
}

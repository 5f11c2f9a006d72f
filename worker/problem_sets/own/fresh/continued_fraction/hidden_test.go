package continuedfraction

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenContinuedFraction(t *testing.T) {
	assert.Equal(t, []int{1}, ContinuedFraction(1, 1))
	assert.Equal(t, []int{1}, ContinuedFraction(9, 9))
	assert.Equal(t, []int{5}, ContinuedFraction(10, 2))
	assert.Equal(t, []int{2, 2}, ContinuedFraction(5, 2))
	assert.Equal(t, []int{0, 2, 2}, ContinuedFraction(2, 5))
	assert.Equal(t, []int{3, 7, 16}, ContinuedFraction(355, 113))
	assert.Equal(t, []int{1, 1, 1, 1, 2}, ContinuedFraction(13, 8))
	assert.Equal(t, []int{0, 1, 1, 1, 1, 2}, ContinuedFraction(8, 13))
	assert.Equal(t, []int{0, 1, 99}, ContinuedFraction(99, 100))
	assert.Equal(t, []int{1, 2, 2}, ContinuedFraction(14, 10))
}

package runpipeline

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenRunPipeline(t *testing.T) {
	increment := func(n int) int { return n + 1 }
	double := func(n int) int { return 2 * n }
	square := func(n int) int { return n * n }
	assert.Empty(t, RunPipeline(nil))
	assert.Empty(t, RunPipeline(nil, increment, double))
	assert.Equal(t, []int{3, 1, 2}, RunPipeline([]int{3, 1, 2}))
	assert.Equal(t, []int{1}, RunPipeline([]int{0}, increment))
	assert.Equal(t, []int{8, 4, 6}, RunPipeline([]int{3, 1, 2}, increment, double))
	assert.Equal(t, []int{7, 3, 5}, RunPipeline([]int{3, 1, 2}, double, increment))
	assert.Equal(t, []int{49, 9}, RunPipeline([]int{3, 1}, double, increment, square))
	assert.Equal(t, []int{-16, 0}, RunPipeline([]int{-1, 0}, double, double, double, double))
	// The first stage gets to the second input while the second stage is still busy with the first one.
	reached := make(chan bool, 1)
	announce := func(n int) int {
		if n == 2 {
			reached <- true
		}
		return n
	}
	await := func(n int) int {
		if n == 1 {
			<-reached
		}
		return -n
	}
	assert.Equal(t, []int{-1, -2}, RunPipeline([]int{1, 2}, announce, await))
}

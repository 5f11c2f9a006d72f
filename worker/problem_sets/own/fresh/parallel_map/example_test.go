package parallelmap

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleParallelMap(t *testing.T) {
	assert.Equal(t, []int{1, 4, 9}, ParallelMap([]int{1, 2, 3}, 2, func(n int) int { return n * n }))
	assert.Equal(t, []int{-5}, ParallelMap([]int{5}, 4, func(n int) int { return -n }))
}

package runpipeline

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleRunPipeline(t *testing.T) {
	increment := func(n int) int { return n + 1 }
	tenfold := func(n int) int { return n * 10 }
	assert.Equal(t, []int{20, 30}, RunPipeline([]int{1, 2}, increment, tenfold))
	assert.Equal(t, []int{4, 7}, RunPipeline([]int{4, 7}))
}

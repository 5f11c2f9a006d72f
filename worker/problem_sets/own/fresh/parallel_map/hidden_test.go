package parallelmap

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenParallelMap(t *testing.T) {
	double := func(n int) int { return 2 * n }
	assert.Empty(t, ParallelMap(nil, 3, double))
	assert.Equal(t, []int{14}, ParallelMap([]int{7}, 1, double))
	assert.Equal(t, []int{0, -2, 4, 4}, ParallelMap([]int{0, -1, 2, 2}, 1, double))
	assert.Equal(t, []int{6, 2, 4}, ParallelMap([]int{3, 1, 2}, 8, double))
	many := make([]int, 500)
	for i := range many {
		many[i] = i
	}
	for i, result := range ParallelMap(many, 7, func(n int) int { return n*n + 1 }) {
		assert.Equal(t, i*i+1, result)
	}
	var running atomic.Int32
	var tooMany atomic.Bool
	slow := func(n int) int {
		if running.Add(1) > 2 {
			tooMany.Store(true)
		}
		for range 1000 {
			runtime.Gosched()
		}
		running.Add(-1)
		return n + 1
	}
	assert.Equal(t, []int{2, 3, 4, 5, 6, 7}, ParallelMap([]int{1, 2, 3, 4, 5, 6}, 2, slow))
	assert.False(t, tooMany.Load())
	assert.Zero(t, running.Load())
	// Three calls wait for each other: they return only if all of them run together.
	var meeting sync.WaitGroup
	meeting.Add(3)
	meet := func(n int) int {
		meeting.Done()
		meeting.Wait()
		return n
	}
	assert.Equal(t, []int{4, 5, 6}, ParallelMap([]int{4, 5, 6}, 3, meet))
}

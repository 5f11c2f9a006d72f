package paralleltotal

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleParallelTotal(t *testing.T) {
	assert.Equal(t, 15, ParallelTotal([][]int{{1, 2}, {3}, {4, 5}}))
	assert.Equal(t, 0, ParallelTotal([][]int{}))
}

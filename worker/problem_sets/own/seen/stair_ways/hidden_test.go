package stairways

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenStairWays(t *testing.T) {
	assert.Equal(t, 1, StairWays(nil))
	assert.Equal(t, 1, StairWays([]bool{true}))
	assert.Equal(t, 0, StairWays([]bool{false}))
	assert.Equal(t, 2, StairWays([]bool{true, true}))
	assert.Equal(t, 1, StairWays([]bool{false, true}))
	assert.Equal(t, 0, StairWays([]bool{true, false}))
	assert.Equal(t, 0, StairWays([]bool{false, false, true}))
	assert.Equal(t, 5, StairWays([]bool{true, true, true, true}))
	assert.Equal(t, 8, StairWays([]bool{true, true, true, true, true}))
	assert.Equal(t, 2, StairWays([]bool{true, true, false, true, true}))
	assert.Equal(t, 1, StairWays([]bool{false, true, true, false, true}))
	assert.Equal(t, 0, StairWays([]bool{true, false, false, true, true}))
}

package stairways

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleStairWays(t *testing.T) {
	assert.Equal(t, 3, StairWays([]bool{true, true, true}))
	assert.Equal(t, 1, StairWays([]bool{true, false, true}))
}

package knighttargets

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenKnightTargets(t *testing.T) {
	assert.Equal(t, []string{"f7", "g6"}, KnightTargets("h8"))
	assert.Equal(t, []string{"b6", "c7"}, KnightTargets("a8"))
	assert.Equal(t, []string{"f2", "g3"}, KnightTargets("h1"))
	assert.Equal(t, []string{"b3", "b5", "c2", "c6", "e2", "e6", "f3", "f5"}, KnightTargets("d4"))
	assert.Equal(t, []string{"c4", "c6", "d3", "d7", "f3", "f7", "g4", "g6"}, KnightTargets("e5"))
	assert.Equal(t, []string{"a3", "c3", "d2"}, KnightTargets("b1"))
	assert.Equal(t, []string{"a1", "a3", "b4", "d4", "e1", "e3"}, KnightTargets("c2"))
	assert.Equal(t, []string{"e6", "e8", "f5", "h5"}, KnightTargets("g7"))
	assert.Equal(t, []string{"b1", "b5", "c2", "c4"}, KnightTargets("a3"))
	assert.Len(t, KnightTargets("d6"), 8)
}

package knighttargets

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleKnightTargets(t *testing.T) {
	assert.Equal(t, []string{"b3", "c2"}, KnightTargets("a1"))
	assert.Equal(t, []string{"f3", "f5", "g2", "g6"}, KnightTargets("h4"))
}

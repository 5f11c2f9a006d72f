package cansplitteams

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleCanSplitTeams(t *testing.T) {
	assert.True(t, CanSplitTeams(3, [][2]int{{0, 1}, {1, 2}}))
	assert.False(t, CanSplitTeams(3, [][2]int{{0, 1}, {1, 2}, {2, 0}}))
}

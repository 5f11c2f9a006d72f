package cansplitteams

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenCanSplitTeams(t *testing.T) {
	assert.True(t, CanSplitTeams(0, nil))
	assert.True(t, CanSplitTeams(4, nil))
	assert.True(t, CanSplitTeams(2, [][2]int{{0, 1}}))
	assert.True(t, CanSplitTeams(2, [][2]int{{1, 0}}))
	assert.True(t, CanSplitTeams(2, [][2]int{{0, 1}, {1, 0}}))
	assert.False(t, CanSplitTeams(1, [][2]int{{0, 0}}))
	assert.True(t, CanSplitTeams(4, [][2]int{{0, 1}, {1, 2}, {2, 3}, {3, 0}}))
	assert.False(t, CanSplitTeams(5, [][2]int{{0, 1}, {1, 2}, {2, 3}, {3, 4}, {4, 0}}))
	assert.False(t, CanSplitTeams(6, [][2]int{{0, 1}, {3, 4}, {4, 5}, {3, 5}}))
	assert.True(t, CanSplitTeams(6, [][2]int{{5, 0}, {5, 1}, {5, 2}, {5, 3}, {5, 4}}))
	assert.True(t, CanSplitTeams(6, [][2]int{{0, 3}, {0, 4}, {1, 3}, {2, 5}, {1, 4}}))
	assert.False(t, CanSplitTeams(4, [][2]int{{3, 1}, {2, 3}, {1, 2}, {0, 3}}))
}

package competitionranks

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenCompetitionRanks(t *testing.T) {
	assert.Empty(t, CompetitionRanks(nil))
	assert.Equal(t, []int{1, 1, 1}, CompetitionRanks([]int{0, 0, 0}))
	assert.Equal(t, []int{3, 2, 1}, CompetitionRanks([]int{1, 2, 3}))
	assert.Equal(t, []int{1, 2, 3}, CompetitionRanks([]int{3, 2, 1}))
	assert.Equal(t, []int{1, 2}, CompetitionRanks([]int{-1, -2}))
	assert.Equal(t, []int{1, 3, 1, 3}, CompetitionRanks([]int{5, 1, 5, 1}))
	assert.Equal(t, []int{2, 2, 2, 5, 1}, CompetitionRanks([]int{9, 9, 9, 8, 10}))
	assert.Equal(t, []int{2, 3, 1}, CompetitionRanks([]int{0, -1, 1}))
	assert.Equal(t, []int{1, 1}, CompetitionRanks([]int{4, 4}))
}

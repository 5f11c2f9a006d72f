package competitionranks

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleCompetitionRanks(t *testing.T) {
	assert.Equal(t, []int{3, 1, 1, 4}, CompetitionRanks([]int{50, 80, 80, 20}))
	assert.Equal(t, []int{1}, CompetitionRanks([]int{7}))
}

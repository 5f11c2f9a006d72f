package podiumnames

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExamplePodiumNames(t *testing.T) {
	assert.Equal(t, []string{"Al", "Bo", "Cy"}, PodiumNames([]Player{{"Bo", 2}, {"Al", 9}, {"Cy", 2}, {"Di", 1}}))
	assert.Equal(t, []string{"Zoe"}, PodiumNames([]Player{{"Zoe", 1}}))
}

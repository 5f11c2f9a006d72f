package bowlingscore

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleBowlingScore(t *testing.T) {
	assert.Equal(t, 24, BowlingScore([]int{10, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}))
	assert.Equal(t, 300, BowlingScore([]int{10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10}))
}

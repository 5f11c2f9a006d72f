package bowlingscore

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenBowlingScore(t *testing.T) {
	assert.Equal(t, 0, BowlingScore(make([]int, 20)))
	assert.Equal(t, 60, BowlingScore([]int{1, 5, 1, 5, 1, 5, 1, 5, 1, 5, 1, 5, 1, 5, 1, 5, 1, 5, 1, 5}))
	assert.Equal(t, 150, BowlingScore([]int{5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5}))
	assert.Equal(t, 16, BowlingScore([]int{6, 4, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}))
	assert.Equal(t, 13, BowlingScore([]int{0, 10, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}))
	assert.Equal(t, 17, BowlingScore([]int{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7, 3, 7}))
	assert.Equal(t, 18, BowlingScore([]int{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 10, 7, 1}))
	assert.Equal(t, 133, BowlingScore([]int{1, 4, 4, 5, 6, 4, 5, 5, 10, 0, 1, 7, 3, 6, 4, 10, 2, 8, 6}))
	assert.Equal(t, 167, BowlingScore([]int{10, 7, 3, 9, 0, 10, 0, 8, 8, 2, 0, 6, 10, 10, 10, 8, 1}))
	assert.Equal(t, 200, BowlingScore([]int{10, 5, 5, 10, 5, 5, 10, 5, 5, 10, 5, 5, 10, 5, 5, 10}))
}

package warmingstreak

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenWarmingStreak(t *testing.T) {
	assert.Equal(t, 0, WarmingStreak(nil))
	assert.Equal(t, 1, WarmingStreak([]int{-5}))
	assert.Equal(t, 2, WarmingStreak([]int{1, 2}))
	assert.Equal(t, 1, WarmingStreak([]int{2, 1}))
	assert.Equal(t, 4, WarmingStreak([]int{5, 1, 2, 3, 4}))
	assert.Equal(t, 3, WarmingStreak([]int{1, 2, 2, 3, 4}))
	assert.Equal(t, 5, WarmingStreak([]int{-3, -2, -1, 0, 1}))
	assert.Equal(t, 1, WarmingStreak([]int{4, 3, 2, 1}))
	assert.Equal(t, 3, WarmingStreak([]int{1, 5, 2, 6, 7, 1}))
	assert.Equal(t, 4, WarmingStreak([]int{10, 11, 12, 13, 1, 2}))
}

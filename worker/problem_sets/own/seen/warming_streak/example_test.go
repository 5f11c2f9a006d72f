package warmingstreak

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleWarmingStreak(t *testing.T) {
	assert.Equal(t, 3, WarmingStreak([]int{3, 5, 8, 2, 4}))
	assert.Equal(t, 1, WarmingStreak([]int{9, 9, 9}))
}

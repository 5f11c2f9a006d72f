package fewestcoins

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenFewestCoins(t *testing.T) {
	assert.Equal(t, 0, FewestCoins([]int{2, 5}, 0))
	assert.Equal(t, 0, FewestCoins(nil, 0))
	assert.Equal(t, -1, FewestCoins(nil, 3))
	assert.Equal(t, -1, FewestCoins([]int{5}, 1))
	assert.Equal(t, 1, FewestCoins([]int{5}, 5))
	assert.Equal(t, 3, FewestCoins([]int{5}, 15))
	assert.Equal(t, -1, FewestCoins([]int{5}, 16))
	assert.Equal(t, 2, FewestCoins([]int{1, 3, 4}, 6))
	assert.Equal(t, 2, FewestCoins([]int{4, 3, 1}, 6))
	assert.Equal(t, 4, FewestCoins([]int{2, 5}, 11))
	assert.Equal(t, -1, FewestCoins([]int{2, 5}, 3))
	assert.Equal(t, 6, FewestCoins([]int{1, 2, 5, 10, 20, 50}, 98))
	assert.Equal(t, 4, FewestCoins([]int{9, 6, 1}, 20))
	assert.Equal(t, 9, FewestCoins([]int{7, 1}, 27))
}

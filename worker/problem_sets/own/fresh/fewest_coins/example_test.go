package fewestcoins

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleFewestCoins(t *testing.T) {
	assert.Equal(t, 3, FewestCoins([]int{1, 5, 12}, 15))
	assert.Equal(t, -1, FewestCoins([]int{4, 6}, 9))
}

package egyptianfraction

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenEgyptianFraction(t *testing.T) {
	assert.Equal(t, []int{2}, EgyptianFraction(1, 2))
	assert.Equal(t, []int{9}, EgyptianFraction(1, 9))
	assert.Equal(t, []int{3}, EgyptianFraction(2, 6))
	assert.Equal(t, []int{2, 6}, EgyptianFraction(2, 3))
	assert.Equal(t, []int{2, 3}, EgyptianFraction(5, 6))
	assert.Equal(t, []int{2, 3, 8}, EgyptianFraction(23, 24))
	assert.Equal(t, []int{4, 28}, EgyptianFraction(2, 7))
	assert.Equal(t, []int{3, 11, 231}, EgyptianFraction(3, 7))
	assert.Equal(t, []int{2, 3, 7}, EgyptianFraction(41, 42))
	assert.Equal(t, []int{9, 153}, EgyptianFraction(2, 17))
	assert.Equal(t, []int{2, 4, 20}, EgyptianFraction(4, 5))
}

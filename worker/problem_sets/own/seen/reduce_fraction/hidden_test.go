package reducefraction

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenReduceFraction(t *testing.T) {
	assert.Equal(t, [2]int{1, 1}, ReduceFraction(1, 1))
	assert.Equal(t, [2]int{0, 1}, ReduceFraction(0, 5))
	assert.Equal(t, [2]int{0, 1}, ReduceFraction(0, 1))
	assert.Equal(t, [2]int{7, 3}, ReduceFraction(7, 3))
	assert.Equal(t, [2]int{-7, 3}, ReduceFraction(-7, 3))
	assert.Equal(t, [2]int{-1, 1}, ReduceFraction(-1, 1))
	assert.Equal(t, [2]int{10, 1}, ReduceFraction(100, 10))
	assert.Equal(t, [2]int{-10, 1}, ReduceFraction(-100, 10))
	assert.Equal(t, [2]int{-2, 3}, ReduceFraction(-12, 18))
	assert.Equal(t, [2]int{1, 3}, ReduceFraction(17, 51))
	assert.Equal(t, [2]int{2, 3}, ReduceFraction(4, 6))
	assert.Equal(t, [2]int{51, 22}, ReduceFraction(1071, 462))
}

package reducefraction

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleReduceFraction(t *testing.T) {
	assert.Equal(t, [2]int{3, 4}, ReduceFraction(6, 8))
	assert.Equal(t, [2]int{-1, 3}, ReduceFraction(-3, 9))
}

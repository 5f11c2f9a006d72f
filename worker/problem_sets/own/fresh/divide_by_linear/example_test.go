package dividebylinear

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleDivideByLinear(t *testing.T) {
	quotient, remainder := DivideByLinear([]int{1, -3, 2}, 1)
	assert.Equal(t, []int{1, -2}, quotient)
	assert.Equal(t, 0, remainder)
	quotient, remainder = DivideByLinear([]int{2, 0, 5}, 3)
	assert.Equal(t, []int{2, 6}, quotient)
	assert.Equal(t, 23, remainder)
}

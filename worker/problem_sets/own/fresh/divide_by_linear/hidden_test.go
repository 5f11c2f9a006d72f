package dividebylinear

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenDivideByLinear(t *testing.T) {
	check := func(coefficients []int, root int, wantQuotient []int, wantRemainder int) {
		quotient, remainder := DivideByLinear(coefficients, root)
		assert.Equal(t, wantQuotient, quotient)
		assert.Equal(t, wantRemainder, remainder)
	}
	check([]int{7}, 4, []int{}, 7)
	check([]int{0}, 4, []int{}, 0)
	check([]int{3, 1}, 0, []int{3}, 1)
	check([]int{3, 1}, 2, []int{3}, 7)
	check([]int{1, 0, 0, -8}, 2, []int{1, 2, 4}, 0)
	check([]int{1, 0, 0, -8}, -2, []int{1, -2, 4}, -16)
	check([]int{4, -2, 0, 1, 6}, 1, []int{4, 2, 2, 3}, 9)
	check([]int{4, -2, 0, 1, 6}, -1, []int{4, -6, 6, -5}, 11)
	check([]int{1, 1, 1, 1}, 10, []int{1, 11, 111}, 1111)
	check([]int{-5, 3, 2}, 3, []int{-5, -12}, -34)
}

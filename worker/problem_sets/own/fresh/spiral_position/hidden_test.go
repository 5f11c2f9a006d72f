package spiralposition

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenSpiralPosition(t *testing.T) {
	check := func(n, wantX, wantY int) {
		x, y := SpiralPosition(n)
		assert.Equal(t, []int{wantX, wantY}, []int{x, y}, "number %d", n)
	}
	check(1, 0, 0)
	check(2, 1, 0)
	check(3, 1, 1)
	check(5, -1, 1)
	check(6, -1, 0)
	check(7, -1, -1)
	check(8, 0, -1)
	check(9, 1, -1)
	check(13, 2, 2)
	check(17, -2, 2)
	check(21, -2, -2)
	check(25, 2, -2)
	check(26, 3, -2)
	check(101, -5, 5)
}

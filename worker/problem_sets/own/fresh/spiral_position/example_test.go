package spiralposition

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleSpiralPosition(t *testing.T) {
	x, y := SpiralPosition(4)
	assert.Equal(t, []int{0, 1}, []int{x, y})
	x, y = SpiralPosition(10)
	assert.Equal(t, []int{2, -1}, []int{x, y})
}

package bestseat

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenBestSeat(t *testing.T) {
	assert.Equal(t, -1, BestSeat(""))
	assert.Equal(t, -1, BestSeat("x"))
	assert.Equal(t, -1, BestSeat("xxx"))
	assert.Equal(t, 0, BestSeat("."))
	assert.Equal(t, 0, BestSeat("...."))
	assert.Equal(t, 1, BestSeat("x."))
	assert.Equal(t, 0, BestSeat(".x"))
	assert.Equal(t, 1, BestSeat("x.x.x"))
	assert.Equal(t, 1, BestSeat("x..x"))
	assert.Equal(t, 0, BestSeat("...x..."))
	assert.Equal(t, 6, BestSeat("..x...."))
	assert.Equal(t, 7, BestSeat("xx.x...."))
	assert.Equal(t, 6, BestSeat("x.x.x...x"))
}

package bestseat

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleBestSeat(t *testing.T) {
	assert.Equal(t, 2, BestSeat("x...x.."))
	assert.Equal(t, 5, BestSeat("x.x..."))
}

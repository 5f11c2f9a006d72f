package besthaul

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleBestHaul(t *testing.T) {
	assert.Equal(t, 13, BestHaul([]Item{{4, 10}, {3, 7}, {2, 6}}, 5))
	assert.Equal(t, 0, BestHaul([]Item{{4, 10}}, 3))
}

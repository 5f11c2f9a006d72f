package besthaul

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenBestHaul(t *testing.T) {
	assert.Equal(t, 0, BestHaul(nil, 10))
	assert.Equal(t, 10, BestHaul([]Item{{4, 10}}, 4))
	assert.Equal(t, 10, BestHaul([]Item{{4, 10}}, 8))
	assert.Equal(t, 0, BestHaul([]Item{{4, 10}}, 0))
	assert.Equal(t, 9, BestHaul([]Item{{0, 9}, {1, 5}}, 0))
	assert.Equal(t, 23, BestHaul([]Item{{4, 10}, {3, 7}, {2, 6}}, 9))
	assert.Equal(t, 17, BestHaul([]Item{{4, 10}, {3, 7}, {2, 6}}, 7))
	assert.Equal(t, 8, BestHaul([]Item{{3, 4}, {3, 4}, {5, 7}}, 6))
	assert.Equal(t, 50, BestHaul([]Item{{10, 50}, {6, 24}, {5, 24}}, 10))
	assert.Equal(t, 48, BestHaul([]Item{{10, 30}, {6, 24}, {5, 24}}, 11))
	assert.Equal(t, 15, BestHaul([]Item{{12, 4}, {2, 2}, {1, 1}, {1, 2}, {4, 10}}, 15))
	assert.Equal(t, 0, BestHaul([]Item{{1, 0}, {2, 0}}, 5))
}

package recaman

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenRecaman(t *testing.T) {
	assert.Equal(t, []int{0}, Recaman(1))
	assert.Equal(t, []int{0, 1}, Recaman(2))
	assert.Equal(t, []int{0, 1, 3, 6}, Recaman(4))
	assert.Equal(t, []int{0, 1, 3, 6, 2, 7, 13, 20, 12, 21, 11, 22, 10}, Recaman(13))
	twentyFive := Recaman(25)
	assert.Len(t, twentyFive, 25)
	assert.Equal(t, []int{23, 9, 24, 8, 25, 43, 62, 42, 63, 41, 18, 42}, twentyFive[13:])
	assert.Equal(t, []int{17, 43, 16, 44, 15, 45, 14, 46, 79, 113, 78, 114, 77, 39, 78, 38}, Recaman(41)[25:])
	assert.Len(t, Recaman(100), 100)
}

package lastincircle

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenLastInCircle(t *testing.T) {
	assert.Equal(t, "a", LastInCircle([]string{"a"}, 1))
	assert.Equal(t, "a", LastInCircle([]string{"a"}, 9))
	assert.Equal(t, "a", LastInCircle([]string{"a", "b"}, 2))
	assert.Equal(t, "c", LastInCircle([]string{"a", "b", "c"}, 1))
	assert.Equal(t, "b", LastInCircle([]string{"a", "b", "c"}, 3))
	assert.Equal(t, "c", LastInCircle([]string{"a", "b", "c", "d", "e"}, 2))
	assert.Equal(t, "d", LastInCircle([]string{"a", "b", "c", "d", "e"}, 3))
	assert.Equal(t, "d", LastInCircle([]string{"a", "b", "c", "d", "e"}, 7))
	assert.Equal(t, "b", LastInCircle([]string{"a", "b", "c", "d"}, 4))
	assert.Equal(t, "f", LastInCircle([]string{"a", "b", "c", "d", "e", "f"}, 1))
	assert.Equal(t, "d", LastInCircle([]string{"a", "b", "c", "d", "e", "f", "g"}, 3))
}

package lastincircle

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleLastInCircle(t *testing.T) {
	assert.Equal(t, "c", LastInCircle([]string{"a", "b", "c"}, 2))
	assert.Equal(t, "b", LastInCircle([]string{"a", "b"}, 1))
}

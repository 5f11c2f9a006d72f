package pondsize

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenPondSize(t *testing.T) {
	assert.Equal(t, 0, PondSize(nil, 0, 0))
	assert.Equal(t, 1, PondSize([]string{"~"}, 0, 0))
	assert.Equal(t, 0, PondSize([]string{"~"}, -1, 0))
	assert.Equal(t, 0, PondSize([]string{"~"}, 1, 0))
	assert.Equal(t, 0, PondSize([]string{"~"}, 0, -1))
	assert.Equal(t, 0, PondSize([]string{"~"}, 0, 1))
	assert.Equal(t, 0, PondSize([]string{"~~~", "~.~", "~~~"}, 1, 1))
	assert.Equal(t, 8, PondSize([]string{"~~~", "~.~", "~~~"}, 2, 2))
	assert.Equal(t, 1, PondSize([]string{"~.~", ".~.", "~.~"}, 1, 1))
	assert.Equal(t, 4, PondSize([]string{"~~~~"}, 0, 3))
	assert.Equal(t, 3, PondSize([]string{"~", "~", "~"}, 2, 0))
	assert.Equal(t, 5, PondSize([]string{".~.", "~~~", ".~."}, 1, 1))
	assert.Equal(t, 4, PondSize([]string{"~~", "~~"}, 1, 0))
	assert.Equal(t, 1, PondSize([]string{"~", ".", "~"}, 0, 0))
	assert.Equal(t, 1, PondSize([]string{"~.~"}, 0, 2))
}

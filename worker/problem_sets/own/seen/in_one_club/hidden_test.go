package inoneclub

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenInOneClub(t *testing.T) {
	assert.Empty(t, InOneClub(nil, nil))
	assert.Equal(t, []string{"a", "b"}, InOneClub(nil, []string{"b", "a"}))
	assert.Equal(t, []string{"a", "b"}, InOneClub([]string{"b", "a"}, nil))
	assert.Empty(t, InOneClub([]string{"a"}, []string{"a"}))
	assert.Empty(t, InOneClub([]string{"a", "a"}, []string{"a"}))
	assert.Empty(t, InOneClub([]string{"a"}, []string{"a", "a"}))
	assert.Equal(t, []string{"a", "c"}, InOneClub([]string{"a", "a", "b"}, []string{"c", "c", "b"}))
	assert.Equal(t, []string{"d"}, InOneClub(nil, []string{"d", "d", "d"}))
	assert.Equal(t, []string{"s", "t", "u", "v", "w", "y", "z"}, InOneClub([]string{"z", "y", "x", "w", "v"}, []string{"u", "t", "s", "x"}))
	assert.Equal(t, []string{"Ann", "ann"}, InOneClub([]string{"Ann"}, []string{"ann"}))
}

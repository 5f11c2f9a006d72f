package playlistafter

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenPlaylistAfter(t *testing.T) {
	assert.Empty(t, PlaylistAfter(nil))
	assert.Empty(t, PlaylistAfter([]string{"next"}))
	assert.Empty(t, PlaylistAfter([]string{"repeat"}))
	assert.Equal(t, []string{"a"}, PlaylistAfter([]string{"a"}))
	assert.Equal(t, []string{"a"}, PlaylistAfter([]string{"a", "repeat"}))
	assert.Equal(t, []string{"b"}, PlaylistAfter([]string{"a", "b", "next"}))
	assert.Equal(t, []string{"c", "a", "b"}, PlaylistAfter([]string{"a", "b", "c", "repeat", "repeat"}))
	assert.Equal(t, []string{"a", "c"}, PlaylistAfter([]string{"a", "b", "repeat", "next", "c"}))
	assert.Equal(t, []string{"a", "a"}, PlaylistAfter([]string{"next", "repeat", "a", "a"}))
	assert.Equal(t, []string{"x", ""}, PlaylistAfter([]string{"", "x", "repeat"}))
}

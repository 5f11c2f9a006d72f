package playlistafter

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExamplePlaylistAfter(t *testing.T) {
	assert.Equal(t, []string{"Joe", "Hey"}, PlaylistAfter([]string{"Hey", "Joe", "repeat"}))
	assert.Empty(t, PlaylistAfter([]string{"Hey", "next", "next"}))
}

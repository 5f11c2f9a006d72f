package snakename

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleSnakeName(t *testing.T) {
	assert.Equal(t, "play_next", SnakeName("playNext"))
	assert.Equal(t, "home_page", SnakeName("HomePage"))
}

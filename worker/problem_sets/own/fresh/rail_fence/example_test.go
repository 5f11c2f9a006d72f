package railfence

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleRailFence(t *testing.T) {
	assert.Equal(t, "aebdfcg", RailFence("abcdefg", 3))
	assert.Equal(t, "acebd", RailFence("abcde", 2))
}

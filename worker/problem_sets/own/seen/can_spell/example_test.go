package canspell

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleCanSpell(t *testing.T) {
	assert.True(t, CanSpell("tac?", "cats"))
	assert.False(t, CanSpell("cat", "taat"))
}

package canspell

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenCanSpell(t *testing.T) {
	assert.True(t, CanSpell("", ""))
	assert.True(t, CanSpell("abc", ""))
	assert.False(t, CanSpell("", "a"))
	assert.True(t, CanSpell("a", "a"))
	assert.False(t, CanSpell("a", "aa"))
	assert.True(t, CanSpell("aa", "aa"))
	assert.True(t, CanSpell("?", "z"))
	assert.False(t, CanSpell("?", "zz"))
	assert.True(t, CanSpell("??", "zz"))
	assert.True(t, CanSpell("ab?", "bba"))
	assert.False(t, CanSpell("ab?", "bbb"))
	assert.True(t, CanSpell("größe", "größe"))
	assert.False(t, CanSpell("A", "a"))
	assert.True(t, CanSpell("xyz", "zyx"))
	assert.True(t, CanSpell("?a", "ab"))
}

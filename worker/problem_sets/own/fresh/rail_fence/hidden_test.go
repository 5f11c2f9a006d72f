package railfence

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenRailFence(t *testing.T) {
	assert.Equal(t, "", RailFence("", 3))
	assert.Equal(t, "abcdef", RailFence("abcdef", 1))
	assert.Equal(t, "abc", RailFence("abc", 3))
	assert.Equal(t, "abc", RailFence("abc", 7))
	assert.Equal(t, "abdc", RailFence("abcd", 3))
	assert.Equal(t, "a", RailFence("a", 2))
	assert.Equal(t, "aaabbb", RailFence("ababab", 2))
	assert.Equal(t, "agbfhceid", RailFence("abcdefghi", 4))
	assert.Equal(t, "agbfhceidj", RailFence("abcdefghij", 4))
	assert.Equal(t, "WECRLTEERDSOEEFEAOCAIVDEN", RailFence("WEAREDISCOVEREDFLEEATONCE", 3))
	assert.Equal(t, "öüäß", RailFence("öäüß", 2))
}

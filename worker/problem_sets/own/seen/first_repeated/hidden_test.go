package firstrepeated

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenFirstRepeated(t *testing.T) {
	assert.Equal(t, "", FirstRepeated(""))
	assert.Equal(t, "", FirstRepeated("a"))
	assert.Equal(t, "a", FirstRepeated("aa"))
	assert.Equal(t, "a", FirstRepeated("abca"))
	assert.Equal(t, "c", FirstRepeated("abccba"))
	assert.Equal(t, "", FirstRepeated("aA"))
	assert.Equal(t, "ö", FirstRepeated("größößer"))
	assert.Equal(t, " ", FirstRepeated("a b c"))
	assert.Equal(t, "g", FirstRepeated("abcdefgg"))
	assert.Equal(t, "1", FirstRepeated("112"))
}

package romanvalue

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenRomanValue(t *testing.T) {
	assert.Equal(t, 0, RomanValue(""))
	assert.Equal(t, 1, RomanValue("I"))
	assert.Equal(t, 3, RomanValue("III"))
	assert.Equal(t, 4, RomanValue("IV"))
	assert.Equal(t, 6, RomanValue("VI"))
	assert.Equal(t, 9, RomanValue("IX"))
	assert.Equal(t, 40, RomanValue("XL"))
	assert.Equal(t, 88, RomanValue("LXXXVIII"))
	assert.Equal(t, 90, RomanValue("XC"))
	assert.Equal(t, 400, RomanValue("CD"))
	assert.Equal(t, 800, RomanValue("DCCC"))
	assert.Equal(t, 2026, RomanValue("MMXXVI"))
	assert.Equal(t, 1999, RomanValue("MCMXCIX"))
}

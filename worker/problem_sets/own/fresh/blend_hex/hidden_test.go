package blendhex

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenBlendHex(t *testing.T) {
	assert.Equal(t, "#000000", BlendHex("#000000", "#000000"))
	assert.Equal(t, "#ffffff", BlendHex("#FFFFFF", "#ffffff"))
	assert.Equal(t, "#abcdef", BlendHex("#ABCDEF", "#abcdef"))
	assert.Equal(t, "#000000", BlendHex("#000001", "#000000"))
	assert.Equal(t, "#000001", BlendHex("#000001", "#000002"))
	assert.Equal(t, "#804020", BlendHex("#ff8040", "#010000"))
	assert.Equal(t, "#0a0b0c", BlendHex("#0a0b0c", "#0a0b0c"))
	assert.Equal(t, "#40bf00", BlendHex("#00ff00", "#808000"))
	assert.Equal(t, "#123456", BlendHex("#101010", "#14589c"))
	assert.Equal(t, "#7f0000", BlendHex("#fe0000", "#010101"))
}

package blendhex

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleBlendHex(t *testing.T) {
	assert.Equal(t, "#7f7f7f", BlendHex("#000000", "#ffffff"))
	assert.Equal(t, "#800018", BlendHex("#FF0010", "#010020"))
}

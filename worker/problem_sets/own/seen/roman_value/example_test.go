package romanvalue

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleRomanValue(t *testing.T) {
	assert.Equal(t, 14, RomanValue("XIV"))
	assert.Equal(t, 1900, RomanValue("MCM"))
}

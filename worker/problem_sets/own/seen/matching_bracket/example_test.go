package matchingbracket

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleMatchingBracket(t *testing.T) {
	assert.Equal(t, 6, MatchingBracket("[a[b]c]", 0))
	assert.Equal(t, -1, MatchingBracket("[[]", 0))
}

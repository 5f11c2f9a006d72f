package matchingbracket

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenMatchingBracket(t *testing.T) {
	assert.Equal(t, -1, MatchingBracket("[", 0))
	assert.Equal(t, 1, MatchingBracket("[]", 0))
	assert.Equal(t, 4, MatchingBracket("[a[b]c]", 2))
	assert.Equal(t, 1, MatchingBracket("[][]", 0))
	assert.Equal(t, 3, MatchingBracket("[][]", 2))
	assert.Equal(t, 4, MatchingBracket("]]][]", 3))
	assert.Equal(t, 5, MatchingBracket("[[[]]]", 0))
	assert.Equal(t, 4, MatchingBracket("[[[]]]", 1))
	assert.Equal(t, 3, MatchingBracket("[[[]]]", 2))
	assert.Equal(t, 6, MatchingBracket("x[y(z)]", 1))
	assert.Equal(t, 2, MatchingBracket("[[]", 1))
	assert.Equal(t, -1, MatchingBracket("[[][]", 0))
}

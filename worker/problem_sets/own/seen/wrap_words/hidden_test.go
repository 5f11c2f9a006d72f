package wrapwords

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenWrapWords(t *testing.T) {
	assert.Empty(t, WrapWords("", 5))
	assert.Empty(t, WrapWords("   ", 5))
	assert.Equal(t, []string{"a"}, WrapWords("a", 1))
	assert.Equal(t, []string{"a b"}, WrapWords("a b", 3))
	assert.Equal(t, []string{"a", "b"}, WrapWords("a b", 2))
	assert.Equal(t, []string{"a b"}, WrapWords("a  b", 3))
	assert.Equal(t, []string{"one two three"}, WrapWords("one two three", 100))
	assert.Equal(t, []string{"one two", "three"}, WrapWords("one two three", 7))
	assert.Equal(t, []string{"one two", "three"}, WrapWords("one two three", 8))
	assert.Equal(t, []string{"one", "two", "three"}, WrapWords("one two three", 6))
	assert.Equal(t, []string{"a b c", "d e f"}, WrapWords("a b c d e f", 5))
	assert.Equal(t, []string{"toolong"}, WrapWords("toolong", 3))
}

package wrapwords

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleWrapWords(t *testing.T) {
	assert.Equal(t, []string{"to be", "or", "not"}, WrapWords("to be or not", 5))
	assert.Equal(t, []string{"a", "wonderful", "b"}, WrapWords("a wonderful b", 4))
}

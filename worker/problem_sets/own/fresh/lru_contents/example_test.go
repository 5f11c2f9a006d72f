package lrucontents

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleLRUContents(t *testing.T) {
	assert.Equal(t, []string{"c", "a"}, LRUContents(2, []string{"a", "b", "a", "c"}))
	assert.Equal(t, []string{"x"}, LRUContents(3, []string{"x", "x"}))
}

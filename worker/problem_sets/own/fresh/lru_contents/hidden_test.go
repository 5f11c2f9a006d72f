package lrucontents

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenLRUContents(t *testing.T) {
	assert.Empty(t, LRUContents(4, nil))
	assert.Equal(t, []string{"a"}, LRUContents(1, []string{"a"}))
	assert.Equal(t, []string{"b", "a"}, LRUContents(3, []string{"a", "b", "b"}))
	assert.Equal(t, []string{"c"}, LRUContents(1, []string{"a", "b", "c"}))
	assert.Equal(t, []string{"c", "b", "a"}, LRUContents(3, []string{"a", "b", "c"}))
	assert.Equal(t, []string{"d", "c", "b"}, LRUContents(3, []string{"a", "b", "c", "d"}))
	assert.Equal(t, []string{"a", "c", "b"}, LRUContents(3, []string{"a", "b", "c", "a"}))
	assert.Equal(t, []string{"b", "c", "a"}, LRUContents(3, []string{"a", "b", "c", "b"}))
	assert.Equal(t, []string{"d", "a", "c"}, LRUContents(3, []string{"a", "b", "c", "a", "d"}))
	assert.Equal(t, []string{"c", "b", "a"}, LRUContents(5, []string{"c", "a", "b", "c"}))
	assert.Equal(t, []string{"a", "b"}, LRUContents(2, []string{"a", "b", "a", "a", "b", "a"}))
	assert.Equal(t, []string{"e", "b"}, LRUContents(2, []string{"a", "b", "c", "d", "b", "e"}))
}

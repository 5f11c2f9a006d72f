package foldersover

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenFoldersOver(t *testing.T) {
	empty := Folder{Name: "empty"}
	assert.Empty(t, FoldersOver(empty, 0))
	assert.Equal(t, []string{"empty"}, FoldersOver(empty, -1))
	leaf := Folder{"leaf", []int{2, 3}, nil}
	assert.Equal(t, []string{"leaf"}, FoldersOver(leaf, 4))
	assert.Empty(t, FoldersOver(leaf, 5))
	deep := Folder{"a", nil, []Folder{{"b", []int{1}, []Folder{{"c", []int{4, 5}, nil}, leaf}}, {"d", []int{20}, nil}}}
	assert.Equal(t, []string{"a", "b", "c", "leaf", "d"}, FoldersOver(deep, 0))
	assert.Equal(t, []string{"a", "b", "c", "d"}, FoldersOver(deep, 5))
	assert.Equal(t, []string{"a", "b", "c", "d"}, FoldersOver(deep, 8))
	assert.Equal(t, []string{"a", "b", "d"}, FoldersOver(deep, 9))
	assert.Equal(t, []string{"a", "d"}, FoldersOver(deep, 15))
	assert.Equal(t, []string{"a"}, FoldersOver(deep, 20))
	assert.Equal(t, []string{"a"}, FoldersOver(deep, 34))
	assert.Empty(t, FoldersOver(deep, 35))
}

package foldersover

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleFoldersOver(t *testing.T) {
	root := Folder{"home", []int{5}, []Folder{{"music", []int{70, 40}, nil}, {"notes", []int{8}, nil}}}
	assert.Equal(t, []string{"home", "music"}, FoldersOver(root, 100))
	assert.Equal(t, []string{"home"}, FoldersOver(root, 120))
}

package foldersize

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenFolderSize(t *testing.T) {
	assert.Equal(t, 0, FolderSize(Folder{}))
	assert.Equal(t, 0, FolderSize(Folder{Files: []int{0}}))
	assert.Equal(t, 9, FolderSize(Folder{Files: []int{9}}))
	assert.Equal(t, 0, FolderSize(Folder{Folders: []Folder{{}, {}}}))
	assert.Equal(t, 2, FolderSize(Folder{Folders: []Folder{{Files: []int{2}}}}))
	assert.Equal(t, 9, FolderSize(Folder{Folders: []Folder{{Files: []int{2}}, {Files: []int{3, 4}}}}))
	assert.Equal(t, 8, FolderSize(Folder{Folders: []Folder{{Folders: []Folder{{Files: []int{8}}}}}}))
	assert.Equal(t, 1112, FolderSize(Folder{Files: []int{1, 1}, Folders: []Folder{{Files: []int{10}, Folders: []Folder{{Files: []int{100}}}}, {Files: []int{1000}}}}))
	assert.Equal(t, 18, FolderSize(Folder{Files: []int{5, 6, 7}}))
}

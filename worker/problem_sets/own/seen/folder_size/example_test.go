package foldersize

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleFolderSize(t *testing.T) {
	assert.Equal(t, 7, FolderSize(Folder{Files: []int{3, 4}}))
	assert.Equal(t, 6, FolderSize(Folder{Files: []int{1}, Folders: []Folder{{Files: []int{5}}}}))
}

package commonfolder

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenCommonFolder(t *testing.T) {
	assert.Equal(t, "", CommonFolder(nil))
	assert.Equal(t, "", CommonFolder([]string{"/x"}))
	assert.Equal(t, "/a", CommonFolder([]string{"/a/x"}))
	assert.Equal(t, "/a/b", CommonFolder([]string{"/a/b/c"}))
	assert.Equal(t, "", CommonFolder([]string{"/a/x", "/b/y"}))
	assert.Equal(t, "", CommonFolder([]string{"/a/x", "/a/y", "/z"}))
	assert.Equal(t, "/a", CommonFolder([]string{"/a/b/x", "/a/bc/x"}))
	assert.Equal(t, "/a", CommonFolder([]string{"/a/b", "/a/b/c"}))
	assert.Equal(t, "/a/b", CommonFolder([]string{"/a/b/c/d", "/a/b/c/e", "/a/b/f"}))
	assert.Equal(t, "/a", CommonFolder([]string{"/a/x", "/a/x"}))
}

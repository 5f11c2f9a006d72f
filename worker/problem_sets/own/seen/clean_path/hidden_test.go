package cleanpath

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenCleanPath(t *testing.T) {
	assert.Equal(t, "/", CleanPath("/"))
	assert.Equal(t, "/", CleanPath(""))
	assert.Equal(t, "/", CleanPath("//"))
	assert.Equal(t, "/", CleanPath("/."))
	assert.Equal(t, "/", CleanPath("/.."))
	assert.Equal(t, "/", CleanPath("/../.."))
	assert.Equal(t, "/a", CleanPath("/a/"))
	assert.Equal(t, "/a", CleanPath("/a/b/.."))
	assert.Equal(t, "/b", CleanPath("/a/../b"))
	assert.Equal(t, "/a/.../b", CleanPath("/a/.../b"))
	assert.Equal(t, "/.hidden/x", CleanPath("/.hidden/x"))
	assert.Equal(t, "/a/d", CleanPath("/a/b/c/../../d"))
}

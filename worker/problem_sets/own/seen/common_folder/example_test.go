package commonfolder

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleCommonFolder(t *testing.T) {
	assert.Equal(t, "/a/b", CommonFolder([]string{"/a/b/x.go", "/a/b/c/y.go"}))
	assert.Equal(t, "", CommonFolder([]string{"/a/x", "/ab/x"}))
}

package centertext

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenCenterText(t *testing.T) {
	assert.Equal(t, "", CenterText("", 0))
	assert.Equal(t, ".", CenterText("", 1))
	assert.Equal(t, "....", CenterText("", 4))
	assert.Equal(t, "a", CenterText("a", 1))
	assert.Equal(t, "a.", CenterText("a", 2))
	assert.Equal(t, ".a.", CenterText("a", 3))
	assert.Equal(t, "hello", CenterText("hello", 5))
	assert.Equal(t, "hello", CenterText("hello", 3))
	assert.Equal(t, "hello", CenterText("hello", 4))
	assert.Equal(t, ".ünï.", CenterText("ünï", 5))
	assert.Equal(t, "go", CenterText("go", -3))
	assert.Equal(t, "..no go..", CenterText("no go", 9))
}

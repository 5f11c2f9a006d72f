package expandruns

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenExpandRuns(t *testing.T) {
	assert.Equal(t, "", ExpandRuns(""))
	assert.Equal(t, "a", ExpandRuns("a"))
	assert.Equal(t, "a", ExpandRuns("1a"))
	assert.Equal(t, "abc", ExpandRuns("abc"))
	assert.Equal(t, "", ExpandRuns("0a"))
	assert.Equal(t, "b", ExpandRuns("0ab"))
	assert.Equal(t, "aabbbc", ExpandRuns("2a3b1c"))
	assert.Equal(t, "zzzzzzzzzzzz", ExpandRuns("12z"))
	assert.Equal(t, "éé", ExpandRuns("2é"))
	assert.Equal(t, "---  x", ExpandRuns("3-2 x"))
	assert.Equal(t, "aaaabcc", ExpandRuns("4ab2c"))
}

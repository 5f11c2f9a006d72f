package squeezeruns

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenSqueezeRuns(t *testing.T) {
	assert.Equal(t, "", SqueezeRuns(""))
	assert.Equal(t, "a", SqueezeRuns("a"))
	assert.Equal(t, "a2", SqueezeRuns("aa"))
	assert.Equal(t, "a12", SqueezeRuns("aaaaaaaaaaaa"))
	assert.Equal(t, "abab", SqueezeRuns("abab"))
	assert.Equal(t, "a2b2a2", SqueezeRuns("aabbaa"))
	assert.Equal(t, " 2x", SqueezeRuns("  x"))
	assert.Equal(t, "é3", SqueezeRuns("ééé"))
	assert.Equal(t, "z2Z", SqueezeRuns("zzZ"))
	assert.Equal(t, "ab3", SqueezeRuns("abbb"))
}

package squeezeruns

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleSqueezeRuns(t *testing.T) {
	assert.Equal(t, "a3bc2", SqueezeRuns("aaabcc"))
	assert.Equal(t, "xyz", SqueezeRuns("xyz"))
}

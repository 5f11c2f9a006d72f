package shortsize

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenShortSize(t *testing.T) {
	assert.Equal(t, "0B", ShortSize(0))
	assert.Equal(t, "1B", ShortSize(1))
	assert.Equal(t, "1023B", ShortSize(1023))
	assert.Equal(t, "1KB", ShortSize(1024))
	assert.Equal(t, "1KB", ShortSize(2047))
	assert.Equal(t, "1023KB", ShortSize(1048575))
	assert.Equal(t, "1MB", ShortSize(1048576))
	assert.Equal(t, "5MB", ShortSize(5<<20))
	assert.Equal(t, "1GB", ShortSize(1<<30))
	assert.Equal(t, "3GB", ShortSize(3<<30))
	assert.Equal(t, "1024GB", ShortSize(1<<40))
	assert.Equal(t, "5120GB", ShortSize(5<<40))
}

package shortsize

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleShortSize(t *testing.T) {
	assert.Equal(t, "2KB", ShortSize(2050))
	assert.Equal(t, "900B", ShortSize(900))
}

package pondsize

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExamplePondSize(t *testing.T) {
	assert.Equal(t, 3, PondSize([]string{"~~.", ".~.", "..~"}, 0, 0))
	assert.Equal(t, 0, PondSize([]string{"~."}, 0, 1))
}

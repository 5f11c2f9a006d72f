package chunknames

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleChunkNames(t *testing.T) {
	assert.Equal(t, [][]string{{"a", "b"}, {"c"}}, ChunkNames([]string{"a", "b", "c"}, 2))
	assert.Empty(t, ChunkNames(nil, 4))
}

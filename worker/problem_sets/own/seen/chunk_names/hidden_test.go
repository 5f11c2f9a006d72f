package chunknames

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenChunkNames(t *testing.T) {
	assert.Empty(t, ChunkNames(nil, 1))
	assert.Equal(t, [][]string{{"a"}}, ChunkNames([]string{"a"}, 1))
	assert.Equal(t, [][]string{{"a"}}, ChunkNames([]string{"a"}, 5))
	assert.Equal(t, [][]string{{"a"}, {"b"}}, ChunkNames([]string{"a", "b"}, 1))
	assert.Equal(t, [][]string{{"a", "b"}}, ChunkNames([]string{"a", "b"}, 2))
	assert.Equal(t, [][]string{{"a", "b"}, {"c", "d"}}, ChunkNames([]string{"a", "b", "c", "d"}, 2))
	assert.Equal(t, [][]string{{"a", "b", "c"}, {"d"}}, ChunkNames([]string{"a", "b", "c", "d"}, 3))
	assert.Equal(t, [][]string{{"a", "b"}, {"c", "d"}, {"e"}}, ChunkNames([]string{"a", "b", "c", "d", "e"}, 2))
	assert.Equal(t, [][]string{{"x", "x", "x"}}, ChunkNames([]string{"x", "x", "x"}, 3))
}

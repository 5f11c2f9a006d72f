package rotategrid

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenRotateGrid(t *testing.T) {
	assert.Empty(t, RotateGrid([]string{""}))
	assert.Equal(t, []string{"a", "b"}, RotateGrid([]string{"ab"}))
	assert.Equal(t, []string{"ba"}, RotateGrid([]string{"a", "b"}))
	assert.Equal(t, []string{"ca", "db"}, RotateGrid([]string{"ab", "cd"}))
	assert.Equal(t, []string{"cba", "cba"}, RotateGrid([]string{"aa", "bb", "cc"}))
	assert.Equal(t, []string{"741", "852", "963"}, RotateGrid([]string{"123", "456", "789"}))
	assert.Equal(t, []string{"a", "b", "c", "d"}, RotateGrid([]string{"abcd"}))
	assert.Equal(t, []string{"#.#", "#.."}, RotateGrid([]string{"#.", "..", "##"}))
}

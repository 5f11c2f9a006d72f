package minecount

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenMineCount(t *testing.T) {
	assert.Equal(t, 0, MineCount([]string{"."}, 0, 0))
	assert.Equal(t, 8, MineCount([]string{"***", "***", "***"}, 1, 1))
	assert.Equal(t, 8, MineCount([]string{"***", "*.*", "***"}, 1, 1))
	assert.Equal(t, 3, MineCount([]string{"***", "***", "***"}, 0, 0))
	assert.Equal(t, 3, MineCount([]string{"***", "***", "***"}, 2, 2))
	assert.Equal(t, 5, MineCount([]string{"***", "***", "***"}, 0, 1))
	assert.Equal(t, 5, MineCount([]string{"***", "***", "***"}, 1, 2))
	assert.Equal(t, 0, MineCount([]string{"*....", ".....", ".....", ".....", "....*"}, 2, 2))
	assert.Equal(t, 0, MineCount([]string{"*****", "*...*", "*...*", "*...*", "*****"}, 2, 2))
	assert.Equal(t, 5, MineCount([]string{"*****", "*...*", "*...*", "*...*", "*****"}, 3, 3))
	assert.Equal(t, 1, MineCount([]string{"..*.."}, 0, 1))
	assert.Equal(t, 1, MineCount([]string{".", "*", "."}, 2, 0))
	assert.Equal(t, 0, MineCount([]string{"....*"}, 0, 2))
}

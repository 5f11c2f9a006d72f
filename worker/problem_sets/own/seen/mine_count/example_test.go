package minecount

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleMineCount(t *testing.T) {
	assert.Equal(t, 2, MineCount([]string{"*..", "...", "..*"}, 1, 1))
	assert.Equal(t, 0, MineCount([]string{"*"}, 0, 0))
}

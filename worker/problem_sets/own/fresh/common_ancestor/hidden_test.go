package commonancestor

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenCommonAncestor(t *testing.T) {
	family := []int{-1, 0, 0, 1, 1, 3, 2, 6, -1, 8}
	assert.Equal(t, 0, CommonAncestor(family, 0, 0))
	assert.Equal(t, 5, CommonAncestor(family, 5, 5))
	assert.Equal(t, 1, CommonAncestor(family, 5, 1))
	assert.Equal(t, 1, CommonAncestor(family, 1, 5))
	assert.Equal(t, 1, CommonAncestor(family, 5, 4))
	assert.Equal(t, 0, CommonAncestor(family, 7, 5))
	assert.Equal(t, 2, CommonAncestor(family, 2, 7))
	assert.Equal(t, -1, CommonAncestor(family, 9, 7))
	assert.Equal(t, -1, CommonAncestor(family, 0, 8))
	assert.Equal(t, 8, CommonAncestor(family, 9, 8))
	assert.Equal(t, 3, CommonAncestor([]int{3, 0, 3, -1}, 1, 2))
}

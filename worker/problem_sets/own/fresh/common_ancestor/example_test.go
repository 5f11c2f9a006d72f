package commonancestor

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleCommonAncestor(t *testing.T) {
	family := []int{-1, 0, 0, 1, 1}
	assert.Equal(t, 1, CommonAncestor(family, 3, 4))
	assert.Equal(t, 0, CommonAncestor(family, 4, 2))
}

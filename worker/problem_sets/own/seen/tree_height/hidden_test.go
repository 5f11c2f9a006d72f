package treeheight

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenTreeHeight(t *testing.T) {
	assert.Equal(t, 1, TreeHeight(&Tree{}))
	assert.Equal(t, 1, TreeHeight(&Tree{Value: 9}))
	assert.Equal(t, 2, TreeHeight(&Tree{Right: &Tree{}}))
	assert.Equal(t, 2, TreeHeight(&Tree{Left: &Tree{}, Right: &Tree{}}))
	assert.Equal(t, 3, TreeHeight(&Tree{Left: &Tree{Right: &Tree{}}, Right: &Tree{}}))
	assert.Equal(t, 3, TreeHeight(&Tree{Left: &Tree{}, Right: &Tree{Left: &Tree{}}}))
	assert.Equal(t, 4, TreeHeight(&Tree{Right: &Tree{Right: &Tree{Right: &Tree{}}}}))
	assert.Equal(t, 5, TreeHeight(&Tree{Left: &Tree{Left: &Tree{Left: &Tree{Left: &Tree{}}}}}))
}

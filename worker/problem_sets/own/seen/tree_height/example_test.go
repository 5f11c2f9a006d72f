package treeheight

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleTreeHeight(t *testing.T) {
	assert.Equal(t, 0, TreeHeight(nil))
	assert.Equal(t, 2, TreeHeight(&Tree{Left: &Tree{}}))
}

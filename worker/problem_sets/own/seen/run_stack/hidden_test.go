package runstack

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenRunStack(t *testing.T) {
	assert.Empty(t, RunStack(""))
	assert.Equal(t, []int{7}, RunStack("7"))
	assert.Equal(t, []int{-3, 12}, RunStack("-3 12"))
	assert.Equal(t, []int{4, 4}, RunStack("4 dup"))
	assert.Equal(t, []int{2, 1}, RunStack("1 2 swap"))
	assert.Equal(t, []int{1}, RunStack("1 2 drop"))
	assert.Equal(t, []int{1, 3, 2}, RunStack("1 2 3 swap"))
	assert.Equal(t, []int{1, 2, 2}, RunStack("1 2 3 drop dup"))
	assert.Equal(t, []int{2}, RunStack("1 2 swap drop"))
	assert.Equal(t, []int{9, 9}, RunStack("9 dup dup drop"))
	assert.Equal(t, []int{2, 1}, RunStack("1 2 3 4 drop drop swap"))
}

package cascadefill

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleCascadeFill(t *testing.T) {
	levels, spilt := CascadeFill([]int{3, 5}, []int{0, 4}, 5)
	assert.Equal(t, []int{3, 5}, levels)
	assert.Equal(t, 1, spilt)
	levels, spilt = CascadeFill([]int{9, 9}, []int{2, 2}, 4)
	assert.Equal(t, []int{6, 2}, levels)
	assert.Equal(t, 0, spilt)
}

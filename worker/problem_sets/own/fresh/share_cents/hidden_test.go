package sharecents

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenShareCents(t *testing.T) {
	assert.Equal(t, []int{100}, ShareCents(100, []int{7}))
	assert.Equal(t, []int{0, 0}, ShareCents(0, []int{1, 2}))
	assert.Equal(t, []int{50, 50}, ShareCents(100, []int{3, 3}))
	assert.Equal(t, []int{51, 50}, ShareCents(101, []int{3, 3}))
	assert.Equal(t, []int{0, 9, 0}, ShareCents(9, []int{0, 4, 0}))
	assert.Equal(t, []int{34, 33, 33}, ShareCents(100, []int{5, 5, 5}))
	assert.Equal(t, []int{1, 1, 0, 0}, ShareCents(2, []int{1, 1, 1, 1}))
	assert.Equal(t, []int{2, 5}, ShareCents(7, []int{1, 2}))
	assert.Equal(t, []int{5, 2}, ShareCents(7, []int{2, 1}))
	assert.Equal(t, []int{3, 7}, ShareCents(10, []int{1, 2}))
	assert.Equal(t, []int{14, 29, 57}, ShareCents(100, []int{1, 2, 4}))
	assert.Equal(t, []int{1, 10, 89}, ShareCents(100, []int{10, 100, 890}))
	assert.Equal(t, []int{0, 1, 2, 2}, ShareCents(5, []int{1, 3, 5, 4}))
}

package cascadefill

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenCascadeFill(t *testing.T) {
	check := func(capacities, levels []int, litres int, wantLevels []int, wantSpilt int) {
		filled, spilt := CascadeFill(capacities, levels, litres)
		assert.Equal(t, wantLevels, filled)
		assert.Equal(t, wantSpilt, spilt)
	}
	check([]int{}, []int{}, 7, []int{}, 7)
	check([]int{4}, []int{0}, 0, []int{0}, 0)
	check([]int{4}, []int{0}, 4, []int{4}, 0)
	check([]int{4}, []int{1}, 4, []int{4}, 1)
	check([]int{2, 3, 4}, []int{0, 0, 0}, 6, []int{2, 3, 1}, 0)
	check([]int{2, 3, 4}, []int{0, 0, 0}, 20, []int{2, 3, 4}, 11)
	check([]int{2, 3, 4}, []int{2, 3, 0}, 2, []int{2, 3, 2}, 0)
	check([]int{10, 1, 10}, []int{9, 0, 9}, 3, []int{10, 1, 10}, 0)
	check([]int{0, 6}, []int{0, 1}, 3, []int{0, 4}, 0)
	before := []int{1, 1}
	CascadeFill([]int{5, 5}, before, 6)
	assert.Equal(t, []int{1, 1}, before)
}

package addsparse

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenAddSparse(t *testing.T) {
	assert.Equal(t, map[int]int{}, AddSparse(nil, nil))
	assert.Equal(t, map[int]int{1: 2}, AddSparse(map[int]int{1: 2}, nil))
	assert.Equal(t, map[int]int{1: 2}, AddSparse(nil, map[int]int{1: 2}))
	assert.Equal(t, map[int]int{1: 4}, AddSparse(map[int]int{1: 2}, map[int]int{1: 2}))
	assert.Equal(t, map[int]int{1: 1}, AddSparse(map[int]int{1: 2}, map[int]int{1: -1}))
	assert.Equal(t, map[int]int{1: -3, 2: 3}, AddSparse(map[int]int{1: -3}, map[int]int{2: 3}))
	assert.Equal(t, map[int]int{-4: 6}, AddSparse(map[int]int{-4: 5, 2: 1}, map[int]int{-4: 1, 2: -1}))
	assert.Equal(t, map[int]int{0: 1, 2: 1}, AddSparse(map[int]int{0: 1, 1: 1}, map[int]int{1: -1, 2: 1}))
	a, b := map[int]int{1: 1, 2: 2}, map[int]int{1: -1, 3: 3}
	assert.Equal(t, map[int]int{2: 2, 3: 3}, AddSparse(a, b))
	assert.Equal(t, map[int]int{1: 1, 2: 2}, a)
	assert.Equal(t, map[int]int{1: -1, 3: 3}, b)
}

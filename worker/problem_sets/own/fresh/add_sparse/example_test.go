package addsparse

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleAddSparse(t *testing.T) {
	assert.Equal(t, map[int]int{0: 5, 7: 3, 9: 4}, AddSparse(map[int]int{0: 5, 7: 1}, map[int]int{7: 2, 9: 4}))
	assert.Equal(t, map[int]int{}, AddSparse(map[int]int{3: 8}, map[int]int{3: -8}))
}

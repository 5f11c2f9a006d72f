package bucketcounts

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenBucketCounts(t *testing.T) {
	assert.Empty(t, BucketCounts(nil, 10))
	assert.Equal(t, map[int]int{0: 1}, BucketCounts([]int{0}, 10))
	assert.Equal(t, map[int]int{0: 1}, BucketCounts([]int{9}, 10))
	assert.Equal(t, map[int]int{10: 1}, BucketCounts([]int{10}, 10))
	assert.Equal(t, map[int]int{10: 1}, BucketCounts([]int{11}, 10))
	assert.Equal(t, map[int]int{1: 1, 2: 1, 3: 1}, BucketCounts([]int{1, 2, 3}, 1))
	assert.Equal(t, map[int]int{0: 1, 7: 3}, BucketCounts([]int{7, 8, 6, 13}, 7))
	assert.Equal(t, map[int]int{0: 1, 100: 2}, BucketCounts([]int{99, 100, 101}, 100))
	assert.Equal(t, map[int]int{3: 4}, BucketCounts([]int{4, 4, 4, 4}, 3))
}

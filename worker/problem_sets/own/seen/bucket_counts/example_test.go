package bucketcounts

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleBucketCounts(t *testing.T) {
	assert.Equal(t, map[int]int{0: 1, 10: 2, 20: 1}, BucketCounts([]int{3, 17, 12, 25}, 10))
	assert.Equal(t, map[int]int{5: 2}, BucketCounts([]int{5, 5}, 5))
}

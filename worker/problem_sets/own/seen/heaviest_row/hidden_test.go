package heaviestrow

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenHeaviestRow(t *testing.T) {
	assert.Equal(t, -1, HeaviestRow(nil))
	assert.Equal(t, 0, HeaviestRow([][]int{{}}))
	assert.Equal(t, 0, HeaviestRow([][]int{{5}}))
	assert.Equal(t, 1, HeaviestRow([][]int{{-5}, {-3}, {-9}}))
	assert.Equal(t, 0, HeaviestRow([][]int{{1, 1}, {2}, {0, 2}}))
	assert.Equal(t, 1, HeaviestRow([][]int{{1}, {3}, {2}, {3}}))
	assert.Equal(t, 1, HeaviestRow([][]int{{-1}, {}}))
	assert.Equal(t, 2, HeaviestRow([][]int{{1, 2, 3}, {7}, {4, 4}}))
	assert.Equal(t, 0, HeaviestRow([][]int{{8}, {-8, 10}, {1, 1, 1}}))
	assert.Equal(t, 3, HeaviestRow([][]int{{0}, {1}, {2}, {3}}))
}

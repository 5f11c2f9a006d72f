package heaviestrow

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleHeaviestRow(t *testing.T) {
	assert.Equal(t, 1, HeaviestRow([][]int{{1, 2}, {9, 0}, {4, 4}}))
	assert.Equal(t, -1, HeaviestRow([][]int{}))
}

package deltaencode

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleDeltaEncode(t *testing.T) {
	assert.Equal(t, []int{10, 2, -3}, DeltaEncode([]int{10, 12, 9}))
	assert.Empty(t, DeltaEncode([]int{}))
}

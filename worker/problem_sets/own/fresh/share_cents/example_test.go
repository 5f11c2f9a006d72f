package sharecents

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleShareCents(t *testing.T) {
	assert.Equal(t, []int{34, 33, 33}, ShareCents(100, []int{1, 1, 1}))
	assert.Equal(t, []int{2, 3, 5}, ShareCents(10, []int{1, 2, 3}))
}

package recaman

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleRecaman(t *testing.T) {
	assert.Equal(t, []int{0, 1, 3, 6, 2}, Recaman(5))
	assert.Empty(t, Recaman(0))
}

package continuedfraction

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleContinuedFraction(t *testing.T) {
	assert.Equal(t, []int{4, 2, 6, 7}, ContinuedFraction(415, 93))
	assert.Equal(t, []int{0, 2}, ContinuedFraction(1, 2))
}

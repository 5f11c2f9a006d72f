package kaprekarsteps

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleKaprekarSteps(t *testing.T) {
	assert.Equal(t, 3, KaprekarSteps(3524))
	assert.Equal(t, -1, KaprekarSteps(1111))
}

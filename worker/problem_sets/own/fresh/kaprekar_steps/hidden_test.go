package kaprekarsteps

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenKaprekarSteps(t *testing.T) {
	assert.Equal(t, 0, KaprekarSteps(6174))
	assert.Equal(t, -1, KaprekarSteps(0))
	assert.Equal(t, -1, KaprekarSteps(9999))
	assert.Equal(t, 1, KaprekarSteps(1467))
	assert.Equal(t, 5, KaprekarSteps(1))
	assert.Equal(t, 5, KaprekarSteps(1000))
	assert.Equal(t, 7, KaprekarSteps(2005))
	assert.Equal(t, 3, KaprekarSteps(1234))
	assert.Equal(t, 4, KaprekarSteps(495))
	assert.Equal(t, 7, KaprekarSteps(5200))
	assert.Equal(t, 5, KaprekarSteps(2111))
}

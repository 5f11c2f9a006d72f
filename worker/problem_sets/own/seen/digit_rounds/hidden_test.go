package digitrounds

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenDigitRounds(t *testing.T) {
	assert.Equal(t, 0, DigitRounds(0))
	assert.Equal(t, 0, DigitRounds(1))
	assert.Equal(t, 0, DigitRounds(9))
	assert.Equal(t, 1, DigitRounds(10))
	assert.Equal(t, 1, DigitRounds(11))
	assert.Equal(t, 2, DigitRounds(25))
	assert.Equal(t, 4, DigitRounds(77))
	assert.Equal(t, 1, DigitRounds(100))
	assert.Equal(t, 2, DigitRounds(99))
	assert.Equal(t, 5, DigitRounds(679))
	assert.Equal(t, 6, DigitRounds(6788))
	assert.Equal(t, 4, DigitRounds(999))
	assert.Equal(t, 1, DigitRounds(1111))
}

package digitrounds

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleDigitRounds(t *testing.T) {
	assert.Equal(t, 3, DigitRounds(39))
	assert.Equal(t, 0, DigitRounds(7))
}

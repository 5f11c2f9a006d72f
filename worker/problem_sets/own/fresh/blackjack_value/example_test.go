package blackjackvalue

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleBlackjackValue(t *testing.T) {
	assert.Equal(t, 21, BlackjackValue([]string{"A", "K"}))
	assert.Equal(t, 21, BlackjackValue([]string{"A", "A", "9"}))
}

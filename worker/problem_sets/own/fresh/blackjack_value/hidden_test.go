package blackjackvalue

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenBlackjackValue(t *testing.T) {
	assert.Equal(t, 0, BlackjackValue(nil))
	assert.Equal(t, 11, BlackjackValue([]string{"A"}))
	assert.Equal(t, 12, BlackjackValue([]string{"A", "A"}))
	assert.Equal(t, 14, BlackjackValue([]string{"A", "A", "A", "A"}))
	assert.Equal(t, 5, BlackjackValue([]string{"2", "3"}))
	assert.Equal(t, 30, BlackjackValue([]string{"J", "Q", "K"}))
	assert.Equal(t, 21, BlackjackValue([]string{"J", "Q", "A"}))
	assert.Equal(t, 22, BlackjackValue([]string{"10", "Q", "A", "A"}))
	assert.Equal(t, 21, BlackjackValue([]string{"10", "9", "A", "A"}))
	assert.Equal(t, 21, BlackjackValue([]string{"K", "A"}))
	assert.Equal(t, 20, BlackjackValue([]string{"A", "9"}))
	assert.Equal(t, 17, BlackjackValue([]string{"A", "9", "7"}))
	assert.Equal(t, 16, BlackjackValue([]string{"5", "A", "10"}))
	assert.Equal(t, 26, BlackjackValue([]string{"10", "9", "7"}))
}

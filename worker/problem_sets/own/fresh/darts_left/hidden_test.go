package dartsleft

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenDartsLeft(t *testing.T) {
	assert.Equal(t, 501, DartsLeft(501, nil))
	assert.Equal(t, 441, DartsLeft(501, []string{"T20"}))
	assert.Equal(t, 461, DartsLeft(501, []string{"D20"}))
	assert.Equal(t, 481, DartsLeft(501, []string{"20"}))
	assert.Equal(t, 501, DartsLeft(501, []string{"0", "0"}))
	assert.Equal(t, 0, DartsLeft(2, []string{"D1"}))
	assert.Equal(t, 2, DartsLeft(2, []string{"2", "1", "0", "3"}))
	assert.Equal(t, 3, DartsLeft(3, []string{"2", "T1"}))
	assert.Equal(t, 2, DartsLeft(3, []string{"1"}))
	assert.Equal(t, 3, DartsLeft(3, []string{"D1", "20", "D2"}))
	assert.Equal(t, 0, DartsLeft(170, []string{"T20", "T20", "D25"}))
	assert.Equal(t, 0, DartsLeft(40, []string{"D20", "D1"}))
	assert.Equal(t, 4, DartsLeft(10, []string{"6", "6", "4", "5"}))
}

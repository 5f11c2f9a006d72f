package dartsleft

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleDartsLeft(t *testing.T) {
	assert.Equal(t, 0, DartsLeft(101, []string{"T20", "1", "D20"}))
	assert.Equal(t, 2, DartsLeft(20, []string{"20", "T6", "5"}))
}

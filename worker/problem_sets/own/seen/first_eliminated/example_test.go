package firsteliminated

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleFirstEliminated(t *testing.T) {
	assert.Equal(t, "b", FirstEliminated([][]string{{"a", "b"}, {"a", "b"}, {"b", "a"}}))
	assert.Equal(t, "a", FirstEliminated([][]string{{"b", "c", "a"}}))
}

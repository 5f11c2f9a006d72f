package firsteliminated

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenFirstEliminated(t *testing.T) {
	assert.Equal(t, "x", FirstEliminated([][]string{{"x"}}))
	assert.Equal(t, "a", FirstEliminated([][]string{{"a", "b"}, {"b", "a"}}))
	assert.Equal(t, "a", FirstEliminated([][]string{{"b", "a"}, {"a", "b"}}))
	assert.Equal(t, "a", FirstEliminated([][]string{{"c", "b", "a"}, {"b", "c", "a"}}))
	assert.Equal(t, "c", FirstEliminated([][]string{{"a", "b", "c"}, {"b", "a", "c"}}))
	assert.Equal(t, "b", FirstEliminated([][]string{{"a", "b", "c"}}))
	assert.Equal(t, "b", FirstEliminated([][]string{{"a", "c", "b"}, {"a", "c", "b"}}))
	assert.Equal(t, "b", FirstEliminated([][]string{{"a", "b", "c"}, {"b", "c", "a"}, {"c", "a", "b"}, {"a", "b", "c"}, {"c", "b", "a"}}))
	assert.Equal(t, "c", FirstEliminated([][]string{{"c", "a", "b"}, {"b", "c", "a"}, {"a", "b", "c"}, {"a", "c", "b"}, {"b", "a", "c"}}))
	assert.Equal(t, "y", FirstEliminated([][]string{{"z", "y"}, {"z", "y"}, {"y", "z"}}))
}

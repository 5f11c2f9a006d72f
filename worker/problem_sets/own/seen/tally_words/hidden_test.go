package tallywords

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenTallyWords(t *testing.T) {
	assert.Empty(t, TallyWords([]string{""}))
	assert.Empty(t, TallyWords([]string{"  ", "\t\n"}))
	assert.Equal(t, map[string]int{"one": 1}, TallyWords([]string{"one"}))
	assert.Equal(t, map[string]int{"go": 3}, TallyWords([]string{"Go go GO"}))
	assert.Equal(t, map[string]int{"x": 3}, TallyWords([]string{"x", "x", "x"}))
	assert.Equal(t, map[string]int{"a": 1, "b": 1, "c": 1}, TallyWords([]string{"a\tb\nc"}))
	assert.Equal(t, map[string]int{"äpfel": 2, "birnen": 1}, TallyWords([]string{"ÄPFEL", "äpfel birnen"}))
	assert.Equal(t, map[string]int{"no,": 1, "no": 2}, TallyWords([]string{"no, no", "no"}))
	assert.Equal(t, map[string]int{"solo": 1}, TallyWords([]string{"", "solo", ""}))
}

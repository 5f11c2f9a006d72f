package tallywords

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleTallyWords(t *testing.T) {
	assert.Equal(t, map[string]int{"a": 1, "b": 2, "c": 1}, TallyWords([]string{"a b", "B c"}))
	assert.Empty(t, TallyWords(nil))
}

package clearwinner

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenClearWinner(t *testing.T) {
	assert.Equal(t, "", ClearWinner(nil))
	assert.Equal(t, "ann", ClearWinner([]string{"ann"}))
	assert.Equal(t, "a", ClearWinner([]string{"a", "a"}))
	assert.Equal(t, "", ClearWinner([]string{"a", "b", "c"}))
	assert.Equal(t, "b", ClearWinner([]string{"a", "b", "b"}))
	assert.Equal(t, "", ClearWinner([]string{"a", "a", "b", "b"}))
	assert.Equal(t, "a", ClearWinner([]string{"a", "a", "a", "b"}))
	assert.Equal(t, "", ClearWinner([]string{"b", "a", "c", "a"}))
	assert.Equal(t, "a", ClearWinner([]string{"a", "b", "a", "b", "a"}))
	assert.Equal(t, "", ClearWinner([]string{"a", "A", "a", "A", "c"}))
	assert.Equal(t, "z", ClearWinner([]string{"x", "y", "z", "z", "z", "z"}))
}

package transposenote

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenTransposeNote(t *testing.T) {
	assert.Equal(t, "C0", TransposeNote("C0", 0))
	assert.Equal(t, "B9", TransposeNote("B9", 0))
	assert.Equal(t, "F#5", TransposeNote("F#4", 12))
	assert.Equal(t, "F#3", TransposeNote("F#4", -12))
	assert.Equal(t, "E4", TransposeNote("D#4", 1))
	assert.Equal(t, "F4", TransposeNote("E4", 1))
	assert.Equal(t, "C4", TransposeNote("B3", 1))
	assert.Equal(t, "A#3", TransposeNote("C4", -2))
	assert.Equal(t, "G#6", TransposeNote("A1", 59))
	assert.Equal(t, "D1", TransposeNote("G7", -77))
	assert.Equal(t, "C0", TransposeNote("B9", -119))
}

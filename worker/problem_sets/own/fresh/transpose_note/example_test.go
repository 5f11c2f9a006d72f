package transposenote

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleTransposeNote(t *testing.T) {
	assert.Equal(t, "C5", TransposeNote("A4", 3))
	assert.Equal(t, "B2", TransposeNote("C#3", -2))
}

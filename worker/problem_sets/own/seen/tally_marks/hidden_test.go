package tallymarks

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenTallyMarks(t *testing.T) {
	assert.Equal(t, "", TallyMarks(0))
	assert.Equal(t, "|", TallyMarks(1))
	assert.Equal(t, "||", TallyMarks(2))
	assert.Equal(t, "||||", TallyMarks(4))
	assert.Equal(t, "||||/", TallyMarks(5))
	assert.Equal(t, "||||/ |", TallyMarks(6))
	assert.Equal(t, "||||/ ||||", TallyMarks(9))
	assert.Equal(t, "||||/ ||||/", TallyMarks(10))
	assert.Equal(t, "||||/ ||||/ ||||", TallyMarks(14))
	assert.Equal(t, "||||/ ||||/ ||||/", TallyMarks(15))
}

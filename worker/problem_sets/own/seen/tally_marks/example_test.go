package tallymarks

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleTallyMarks(t *testing.T) {
	assert.Equal(t, "||||/ ||", TallyMarks(7))
	assert.Equal(t, "|||", TallyMarks(3))
}

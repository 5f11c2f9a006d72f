package hanoimoves

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleHanoiMoves(t *testing.T) {
	assert.Equal(t, []string{"A>C"}, HanoiMoves(1, "A", "C", "B"))
	assert.Equal(t, []string{"A>B", "A>C", "B>C"}, HanoiMoves(2, "A", "C", "B"))
}

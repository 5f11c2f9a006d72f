package hanoimoves

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenHanoiMoves(t *testing.T) {
	assert.Empty(t, HanoiMoves(0, "A", "C", "B"))
	assert.Equal(t, []string{"C>A"}, HanoiMoves(1, "C", "A", "B"))
	assert.Equal(t, []string{"x>y"}, HanoiMoves(1, "x", "y", "z"))
	assert.Equal(t, []string{"A>C", "A>B", "C>B"}, HanoiMoves(2, "A", "B", "C"))
	assert.Equal(t, []string{"1>2", "1>3", "2>3"}, HanoiMoves(2, "1", "3", "2"))
	assert.Equal(t, []string{"A>C", "A>B", "C>B", "A>C", "B>A", "B>C", "A>C"}, HanoiMoves(3, "A", "C", "B"))
	assert.Equal(t, []string{"l>r", "l>m", "r>m", "l>r", "m>l", "m>r", "l>r"}, HanoiMoves(3, "l", "r", "m"))
	assert.Len(t, HanoiMoves(5, "A", "C", "B"), 31)
	assert.Equal(t, "B>C", HanoiMoves(4, "A", "C", "B")[2])
	assert.Equal(t, []string{"C>B", "C>A", "B>A", "C>B", "A>C", "A>B", "C>B"}, HanoiMoves(3, "C", "B", "A"))
}

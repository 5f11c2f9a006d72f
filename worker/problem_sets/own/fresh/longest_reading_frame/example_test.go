package longestreadingframe

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleLongestReadingFrame(t *testing.T) {
	assert.Equal(t, "ATGAAATAG", LongestReadingFrame("CCATGAAATAGCC"))
	assert.Equal(t, "", LongestReadingFrame("ATGCCTAA"))
}

package longestreadingframe

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenLongestReadingFrame(t *testing.T) {
	assert.Equal(t, "ATGTAA", LongestReadingFrame("ATGTAA"))
	assert.Equal(t, "ATGTAG", LongestReadingFrame("ATGTAGTGA"))
	assert.Equal(t, "ATGTGA", LongestReadingFrame("AATGTGAC"))
	assert.Equal(t, "", LongestReadingFrame(""))
	assert.Equal(t, "", LongestReadingFrame("ATG"))
	assert.Equal(t, "", LongestReadingFrame("ATGTA"))
	assert.Equal(t, "", LongestReadingFrame("CCCTAA"))
	assert.Equal(t, "", LongestReadingFrame("ATGCCCAAAG"))
	assert.Equal(t, "ATGATGTAA", LongestReadingFrame("ATGATGTAA"))
	assert.Equal(t, "ATGCCCCCCTGA", LongestReadingFrame("ATGCCCTAAATGCCCCCCTGA"))
	assert.Equal(t, "ATGCCCTAA", LongestReadingFrame("ATGCCCTAACATGGGGTAG"))
	assert.Equal(t, "ATGGTAACCTAA", LongestReadingFrame("TATGGTAACCTAAG"))
	assert.Equal(t, "ATGCATGCTTAG", LongestReadingFrame("ATGCATGCTTAG"))
}

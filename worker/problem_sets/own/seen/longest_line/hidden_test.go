package longestline

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenLongestLine(t *testing.T) {
	assert.Equal(t, 0, LongestLine([]string{""}))
	assert.Equal(t, 0, LongestLine([]string{"\n\n"}))
	assert.Equal(t, 1, LongestLine([]string{"a"}))
	assert.Equal(t, 3, LongestLine([]string{"abc\nde\n"}))
	assert.Equal(t, 6, LongestLine([]string{"a", "abcdef", "ab"}))
	assert.Equal(t, 6, LongestLine([]string{"ab", "a", "abcdef"}))
	assert.Equal(t, 6, LongestLine([]string{"abcdef", "a", "ab"}))
	assert.Equal(t, 3, LongestLine([]string{"öäü"}))
	assert.Equal(t, 5, LongestLine([]string{"ab cd", "x\ny"}))
	assert.Equal(t, 3, LongestLine([]string{"1\n22\n333\n22\n1"}))
}

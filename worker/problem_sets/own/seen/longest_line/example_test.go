package longestline

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleLongestLine(t *testing.T) {
	assert.Equal(t, 4, LongestLine([]string{"ab\nabcd", "abc"}))
	assert.Equal(t, 0, LongestLine(nil))
}

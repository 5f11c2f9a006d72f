package spokenduration

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenSpokenDuration(t *testing.T) {
	assert.Equal(t, "0s", SpokenDuration(0))
	assert.Equal(t, "1s", SpokenDuration(1))
	assert.Equal(t, "59s", SpokenDuration(59))
	assert.Equal(t, "1m", SpokenDuration(60))
	assert.Equal(t, "1m 1s", SpokenDuration(61))
	assert.Equal(t, "59m 59s", SpokenDuration(3599))
	assert.Equal(t, "1h", SpokenDuration(3600))
	assert.Equal(t, "1h 1s", SpokenDuration(3601))
	assert.Equal(t, "1h 1m", SpokenDuration(3660))
	assert.Equal(t, "23h 59m 59s", SpokenDuration(86399))
	assert.Equal(t, "100h", SpokenDuration(360000))
}

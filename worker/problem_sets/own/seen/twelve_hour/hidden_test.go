package twelvehour

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenTwelveHour(t *testing.T) {
	assert.Equal(t, "12:00 am", TwelveHour(0, 0))
	assert.Equal(t, "1:01 am", TwelveHour(1, 1))
	assert.Equal(t, "9:59 am", TwelveHour(9, 59))
	assert.Equal(t, "11:59 am", TwelveHour(11, 59))
	assert.Equal(t, "12:00 pm", TwelveHour(12, 0))
	assert.Equal(t, "12:45 pm", TwelveHour(12, 45))
	assert.Equal(t, "1:07 pm", TwelveHour(13, 7))
	assert.Equal(t, "10:10 pm", TwelveHour(22, 10))
	assert.Equal(t, "11:59 pm", TwelveHour(23, 59))
}

package twelvehour

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleTwelveHour(t *testing.T) {
	assert.Equal(t, "12:05 am", TwelveHour(0, 5))
	assert.Equal(t, "3:30 pm", TwelveHour(15, 30))
}

package convertreading

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenConvertReading(t *testing.T) {
	assert.Equal(t, "32F", ConvertReading("0C"))
	assert.Equal(t, "212F", ConvertReading("100C"))
	assert.Equal(t, "-40F", ConvertReading("-40C"))
	assert.Equal(t, "-40C", ConvertReading("-40F"))
	assert.Equal(t, "0C", ConvertReading("32F"))
	assert.Equal(t, "100C", ConvertReading("212F"))
	assert.Equal(t, "0C", ConvertReading("33F"))
	assert.Equal(t, "0C", ConvertReading("31F"))
	assert.Equal(t, "33F", ConvertReading("1C"))
	assert.Equal(t, "31F", ConvertReading("-1C"))
	assert.Equal(t, "-17C", ConvertReading("0F"))
	assert.Equal(t, "98F", ConvertReading("37C"))
}

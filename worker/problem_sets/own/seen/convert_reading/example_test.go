package convertreading

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleConvertReading(t *testing.T) {
	assert.Equal(t, "77F", ConvertReading("25C"))
	assert.Equal(t, "10C", ConvertReading("50F"))
}

package addminutes

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleAddMinutes(t *testing.T) {
	assert.Equal(t, "10:05", AddMinutes("09:50", 15))
	assert.Equal(t, "23:50", AddMinutes("00:10", -20))
}

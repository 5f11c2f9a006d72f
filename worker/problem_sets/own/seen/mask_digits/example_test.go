package maskdigits

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleMaskDigits(t *testing.T) {
	assert.Equal(t, "**-*4 56", MaskDigits("12-34 56", 3))
	assert.Equal(t, "code *", MaskDigits("code 7", 0))
}

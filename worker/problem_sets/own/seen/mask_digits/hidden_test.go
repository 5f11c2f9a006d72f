package maskdigits

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenMaskDigits(t *testing.T) {
	assert.Equal(t, "", MaskDigits("", 4))
	assert.Equal(t, "abc", MaskDigits("abc", 0))
	assert.Equal(t, "*", MaskDigits("1", 0))
	assert.Equal(t, "1", MaskDigits("1", 1))
	assert.Equal(t, "*2", MaskDigits("12", 1))
	assert.Equal(t, "***4567", MaskDigits("1234567", 4))
	assert.Equal(t, "**** **** **** 9010", MaskDigits("4000 1234 5678 9010", 4))
	assert.Equal(t, "*a2b3c", MaskDigits("1a2b3c", 2))
	assert.Equal(t, "987", MaskDigits("987", 5))
	assert.Equal(t, "*ö8", MaskDigits("9ö8", 1))
	assert.Equal(t, "***", MaskDigits("111", 0))
	assert.Equal(t, "*-*-*-5", MaskDigits("5-5-5-5", 1))
}

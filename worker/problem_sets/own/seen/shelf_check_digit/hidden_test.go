package shelfcheckdigit

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenShelfCheckDigit(t *testing.T) {
	assert.Equal(t, 0, ShelfCheckDigit(""))
	assert.Equal(t, 0, ShelfCheckDigit("0"))
	assert.Equal(t, 7, ShelfCheckDigit("1"))
	assert.Equal(t, 1, ShelfCheckDigit("3"))
	assert.Equal(t, 3, ShelfCheckDigit("9"))
	assert.Equal(t, 9, ShelfCheckDigit("01"))
	assert.Equal(t, 7, ShelfCheckDigit("10"))
	assert.Equal(t, 3, ShelfCheckDigit("111"))
	assert.Equal(t, 2, ShelfCheckDigit("4006381"))
	assert.Equal(t, 1, ShelfCheckDigit("99999"))
	assert.Equal(t, 4, ShelfCheckDigit("2468"))
}

package shelfcheckdigit

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleShelfCheckDigit(t *testing.T) {
	assert.Equal(t, 5, ShelfCheckDigit("12"))
	assert.Equal(t, 0, ShelfCheckDigit("55"))
}

package luhncheck

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenLuhnCheck(t *testing.T) {
	assert.True(t, LuhnCheck(""))
	assert.True(t, LuhnCheck("0"))
	assert.False(t, LuhnCheck("1"))
	assert.True(t, LuhnCheck("18"))
	assert.True(t, LuhnCheck("59"))
	assert.True(t, LuhnCheck("91"))
	assert.False(t, LuhnCheck("95"))
	assert.True(t, LuhnCheck("4539 1488 0343 6467"))
	assert.False(t, LuhnCheck("8273 1232 7352 0569"))
	assert.True(t, LuhnCheck("00 00"))
	assert.False(t, LuhnCheck("79927398710"))
	assert.False(t, LuhnCheck("10"))
	assert.True(t, LuhnCheck("26"))
}

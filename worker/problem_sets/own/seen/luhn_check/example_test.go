package luhncheck

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleLuhnCheck(t *testing.T) {
	assert.True(t, LuhnCheck("79927398713"))
	assert.False(t, LuhnCheck("79 92"))
}

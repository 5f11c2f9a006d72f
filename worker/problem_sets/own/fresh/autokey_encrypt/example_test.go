package autokeyencrypt

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleAutokeyEncrypt(t *testing.T) {
	assert.Equal(t, "lxfopk", AutokeyEncrypt("attack", "lemon"))
	assert.Equal(t, "dcc", AutokeyEncrypt("bbb", "c"))
}

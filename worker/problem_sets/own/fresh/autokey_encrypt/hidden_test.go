package autokeyencrypt

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenAutokeyEncrypt(t *testing.T) {
	assert.Equal(t, "", AutokeyEncrypt("", "key"))
	assert.Equal(t, "hello", AutokeyEncrypt("hello", "aaaaa"))
	assert.Equal(t, "a", AutokeyEncrypt("z", "b"))
	assert.Equal(t, "z", AutokeyEncrypt("z", "a"))
	assert.Equal(t, "y", AutokeyEncrypt("z", "z"))
	assert.Equal(t, "ace", AutokeyEncrypt("abc", ""))
	assert.Equal(t, "lxfopktmdcg", AutokeyEncrypt("attackatdaw", "lemon"))
	assert.Equal(t, "qnxepvytwtwp", AutokeyEncrypt("attackatdawn", "queenly"))
	assert.Equal(t, "ric", AutokeyEncrypt("hel", "kerosene"))
	assert.Equal(t, "yuw", AutokeyEncrypt("zxy", ""))
	assert.Equal(t, "yzzzz", AutokeyEncrypt("zazaz", "z"))
}

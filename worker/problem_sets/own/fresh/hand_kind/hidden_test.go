package handkind

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenHandKind(t *testing.T) {
	assert.Equal(t, "four of a kind", HandKind([]string{"As", "Ah", "2c", "Ad", "Ac"}))
	assert.Equal(t, "four of a kind", HandKind([]string{"10s", "10h", "10d", "10c", "1c"}))
	assert.Equal(t, "full house", HandKind([]string{"Ks", "Kh", "Kd", "9c", "9d"}))
	assert.Equal(t, "three of a kind", HandKind([]string{"7s", "Jh", "7d", "2c", "7c"}))
	assert.Equal(t, "two pairs", HandKind([]string{"3s", "5h", "3d", "5c", "7c"}))
	assert.Equal(t, "two pairs", HandKind([]string{"10s", "Kh", "10d", "Kc", "1c"}))
	assert.Equal(t, "pair", HandKind([]string{"3s", "5h", "4d", "5c", "7c"}))
	assert.Equal(t, "pair", HandKind([]string{"Ks", "Qh", "Jd", "10c", "10h"}))
	assert.Equal(t, "high card", HandKind([]string{"Ks", "Qh", "Jd", "10c", "1h"}))
	assert.Equal(t, "high card", HandKind([]string{"2s", "4s", "8s", "Js", "As"}))
}

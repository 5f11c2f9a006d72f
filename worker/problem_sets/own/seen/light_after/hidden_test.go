package lightafter

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenLightAfter(t *testing.T) {
	assert.Equal(t, "green", LightAfter(0))
	assert.Equal(t, "green", LightAfter(1))
	assert.Equal(t, "green", LightAfter(29))
	assert.Equal(t, "yellow", LightAfter(30))
	assert.Equal(t, "yellow", LightAfter(34))
	assert.Equal(t, "red", LightAfter(35))
	assert.Equal(t, "red", LightAfter(59))
	assert.Equal(t, "green", LightAfter(61))
	assert.Equal(t, "yellow", LightAfter(90))
	assert.Equal(t, "yellow", LightAfter(94))
	assert.Equal(t, "red", LightAfter(95))
	assert.Equal(t, "green", LightAfter(3600))
	assert.Equal(t, "red", LightAfter(3659))
}

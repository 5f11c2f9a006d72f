package lightafter

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleLightAfter(t *testing.T) {
	assert.Equal(t, "yellow", LightAfter(31))
	assert.Equal(t, "green", LightAfter(60))
}

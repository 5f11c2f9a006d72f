package spokenduration

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleSpokenDuration(t *testing.T) {
	assert.Equal(t, "1h 2m 5s", SpokenDuration(3725))
	assert.Equal(t, "2h", SpokenDuration(7200))
}

package centertext

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleCenterText(t *testing.T) {
	assert.Equal(t, "..go..", CenterText("go", 6))
	assert.Equal(t, ".hat..", CenterText("hat", 6))
}

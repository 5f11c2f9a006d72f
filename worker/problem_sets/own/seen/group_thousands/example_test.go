package groupthousands

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleGroupThousands(t *testing.T) {
	assert.Equal(t, "1'234'567", GroupThousands(1234567))
	assert.Equal(t, "-1'000", GroupThousands(-1000))
}

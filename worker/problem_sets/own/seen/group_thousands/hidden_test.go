package groupthousands

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenGroupThousands(t *testing.T) {
	assert.Equal(t, "0", GroupThousands(0))
	assert.Equal(t, "7", GroupThousands(7))
	assert.Equal(t, "-7", GroupThousands(-7))
	assert.Equal(t, "-1", GroupThousands(-1))
	assert.Equal(t, "999", GroupThousands(999))
	assert.Equal(t, "-999", GroupThousands(-999))
	assert.Equal(t, "1'000", GroupThousands(1000))
	assert.Equal(t, "1'001", GroupThousands(1001))
	assert.Equal(t, "10'050", GroupThousands(10050))
	assert.Equal(t, "999'999", GroupThousands(999999))
	assert.Equal(t, "1'000'000", GroupThousands(1000000))
	assert.Equal(t, "-12'345'678", GroupThousands(-12345678))
}

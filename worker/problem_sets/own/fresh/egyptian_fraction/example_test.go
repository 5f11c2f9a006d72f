package egyptianfraction

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleEgyptianFraction(t *testing.T) {
	assert.Equal(t, []int{2, 4}, EgyptianFraction(3, 4))
	assert.Equal(t, []int{4, 18, 468}, EgyptianFraction(4, 13))
}

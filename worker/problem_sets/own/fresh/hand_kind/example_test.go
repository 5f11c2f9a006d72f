package handkind

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleHandKind(t *testing.T) {
	assert.Equal(t, "full house", HandKind([]string{"10h", "4s", "10c", "4d", "4h"}))
	assert.Equal(t, "high card", HandKind([]string{"2h", "3h", "4h", "5h", "6h"}))
}

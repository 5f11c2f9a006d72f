package clearwinner

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleClearWinner(t *testing.T) {
	assert.Equal(t, "ann", ClearWinner([]string{"ann", "bob", "ann"}))
	assert.Equal(t, "", ClearWinner([]string{"ann", "bob"}))
}

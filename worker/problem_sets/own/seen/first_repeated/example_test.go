package firstrepeated

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleFirstRepeated(t *testing.T) {
	assert.Equal(t, "b", FirstRepeated("abcba"))
	assert.Equal(t, "", FirstRepeated("word"))
}

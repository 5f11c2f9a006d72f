package oneletterapart

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleOneLetterApart(t *testing.T) {
	assert.True(t, OneLetterApart("cold", "cord"))
	assert.False(t, OneLetterApart("cold", "warm"))
}

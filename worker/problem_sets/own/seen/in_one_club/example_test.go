package inoneclub

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleInOneClub(t *testing.T) {
	assert.Equal(t, []string{"ann", "cat"}, InOneClub([]string{"ann", "bob"}, []string{"bob", "cat"}))
	assert.Equal(t, []string{"ann"}, InOneClub([]string{"ann", "ann"}, nil))
}

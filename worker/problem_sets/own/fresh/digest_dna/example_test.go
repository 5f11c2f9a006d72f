package digestdna

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleDigestDNA(t *testing.T) {
	assert.Equal(t, []string{"AAG", "AATTCTT"}, DigestDNA("AAGAATTCTT", "GAATTC", 1))
	assert.Equal(t, []string{"CCGG", "CC"}, DigestDNA("CCGGCC", "CC", 0))
}

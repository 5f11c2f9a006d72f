package digestdna

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenDigestDNA(t *testing.T) {
	assert.Equal(t, []string{"AAG", "AATTCTTG", "AATTCA"}, DigestDNA("AAGAATTCTTGAATTCA", "GAATTC", 1))
	assert.Equal(t, []string{"ACGT"}, DigestDNA("ACGT", "GGG", 2))
	assert.Equal(t, []string{"GGCC"}, DigestDNA("GGCC", "GGCC", 0))
	assert.Equal(t, []string{"GGCC"}, DigestDNA("GGCC", "GGCC", 4))
	assert.Equal(t, []string{"GG", "CC"}, DigestDNA("GGCC", "GGCC", 2))
	assert.Equal(t, []string{"AA", "AA", "A"}, DigestDNA("AAAAA", "AA", 2))
	assert.Equal(t, []string{"A", "AA", "AA"}, DigestDNA("AAAAA", "AA", 1))
	assert.Equal(t, []string{"AA", "AAA"}, DigestDNA("AAAAA", "AA", 0))
	assert.Equal(t, []string{"T", "CT", "CT", "C"}, DigestDNA("TCTCTC", "TC", 1))
	assert.Equal(t, []string{"ATA", "TAT"}, DigestDNA("ATATAT", "ATAT", 3))
	assert.Empty(t, DigestDNA("", "AC", 1))
	assert.Equal(t, []string{"AC"}, DigestDNA("AC", "ACG", 1))
}

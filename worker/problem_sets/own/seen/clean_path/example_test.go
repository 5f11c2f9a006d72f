package cleanpath

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleCleanPath(t *testing.T) {
	assert.Equal(t, "/home/user/docs", CleanPath("/home/./user//docs"))
	assert.Equal(t, "/c", CleanPath("/a/b/../../../c"))
}

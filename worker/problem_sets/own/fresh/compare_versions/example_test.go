package compareversions

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleCompareVersions(t *testing.T) {
	assert.Equal(t, -1, CompareVersions("1.9", "1.10"))
	assert.Equal(t, 0, CompareVersions("2.0.0", "2"))
}

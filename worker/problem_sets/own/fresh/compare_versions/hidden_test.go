package compareversions

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenCompareVersions(t *testing.T) {
	assert.Equal(t, 0, CompareVersions("1", "1"))
	assert.Equal(t, 1, CompareVersions("2", "1"))
	assert.Equal(t, -1, CompareVersions("9", "10"))
	assert.Equal(t, 1, CompareVersions("1.0.1", "1"))
	assert.Equal(t, -1, CompareVersions("1", "1.0.1"))
	assert.Equal(t, 0, CompareVersions("1", "1.0.0.0"))
	assert.Equal(t, 1, CompareVersions("3.1", "3.0.9"))
	assert.Equal(t, -1, CompareVersions("3.0.9", "3.1"))
	assert.Equal(t, 0, CompareVersions("1.02", "1.2"))
	assert.Equal(t, 1, CompareVersions("10.4.12", "10.4.3"))
	assert.Equal(t, -1, CompareVersions("0.9.9", "1.0.0"))
}

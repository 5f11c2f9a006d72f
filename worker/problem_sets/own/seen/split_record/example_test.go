package splitrecord

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleSplitRecord(t *testing.T) {
	assert.Equal(t, []string{"1", "Hill, Ann", "x"}, SplitRecord(`1,"Hill, Ann",x`))
	assert.Equal(t, []string{"a", "", "b"}, SplitRecord("a,,b"))
}

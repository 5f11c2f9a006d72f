package expandruns

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleExpandRuns(t *testing.T) {
	assert.Equal(t, "aaabb", ExpandRuns("3a2b"))
	assert.Equal(t, "xyyyyyyyyyy", ExpandRuns("x10y"))
}

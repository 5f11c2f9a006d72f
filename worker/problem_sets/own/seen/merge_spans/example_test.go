package mergespans

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleMergeSpans(t *testing.T) {
	assert.Equal(t, []Span{{1, 4}, {5, 8}}, MergeSpans([]Span{{5, 8}, {1, 3}, {2, 4}}))
	assert.Equal(t, []Span{{1, 6}}, MergeSpans([]Span{{1, 2}, {2, 6}}))
}

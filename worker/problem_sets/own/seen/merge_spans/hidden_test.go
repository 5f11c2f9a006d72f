package mergespans

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenMergeSpans(t *testing.T) {
	assert.Empty(t, MergeSpans(nil))
	assert.Equal(t, []Span{{4, 4}}, MergeSpans([]Span{{4, 4}}))
	assert.Equal(t, []Span{{1, 9}}, MergeSpans([]Span{{1, 9}, {3, 4}}))
	assert.Equal(t, []Span{{1, 9}}, MergeSpans([]Span{{3, 4}, {1, 9}}))
	assert.Equal(t, []Span{{1, 2}, {3, 4}}, MergeSpans([]Span{{1, 2}, {3, 4}}))
	assert.Equal(t, []Span{{1, 2}, {5, 6}, {7, 8}}, MergeSpans([]Span{{7, 8}, {5, 6}, {1, 2}}))
	assert.Equal(t, []Span{{-5, 3}}, MergeSpans([]Span{{-5, -1}, {-2, 3}}))
	assert.Equal(t, []Span{{1, 4}}, MergeSpans([]Span{{1, 4}, {1, 4}}))
	assert.Equal(t, []Span{{1, 7}}, MergeSpans([]Span{{1, 5}, {2, 3}, {4, 7}}))
	assert.Equal(t, []Span{{0, 3}, {9, 9}}, MergeSpans([]Span{{0, 1}, {1, 2}, {2, 3}, {9, 9}}))
}

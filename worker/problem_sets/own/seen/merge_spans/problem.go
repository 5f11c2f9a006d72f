package mergespans

import "sort"

// Span covers the whole numbers from Start to End, both included.
type Span struct{ Start, End int }

// MergeSpans joins spans that overlap or share an end point, and returns what is left sorted by Start.
//
//	MergeSpans([{5 8} {1 3} {2 4}]) = [{1 4} {5 8}]
//	MergeSpans([{1 2} {2 6}]) = [{1 6}]
func MergeSpans(spans []Span) []Span {
	sorted := append([]Span{}, spans...)
	sort.Slice(sorted, func(i, j int) bool { return sorted[i].Start < sorted[j].Start })
	var merged []Span
	for _, span := range sorted {
		last := len(merged) - 1
		if last >= 0 && span.Start <= merged[last].End {
			merged[last].End = max(merged[last].End, span.End)
		} else {
			merged = append(merged, span)
		}
	}
	return merged
}

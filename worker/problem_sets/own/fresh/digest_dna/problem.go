package digestdna

import "strings"

// DigestDNA cuts a DNA strand as a restriction enzyme does. Every occurrence of site is found from left to right,
// without overlaps, and the strand is cut offset letters after the occurrence begins (0 <= offset <= len(site)).
// It returns the pieces in their order and leaves out empty ones. site is never empty.
//
// DigestDNA("AAGAATTCTT", "GAATTC", 1) = [AAG AATTCTT]
// DigestDNA("CCGGCC", "CC", 0) = [CCGG CC]
func DigestDNA(strand, site string, offset int) []string {
	pieces := []string{}
	start, from := 0, 0
	for {
		found := strings.Index(strand[from:], site)
		if found < 0 {
			return appendPiece(pieces, strand[start:])
		}
		cut := from + found + offset
		pieces = appendPiece(pieces, strand[start:cut])
		start = cut
		from += found + len(site)
	}
}

func appendPiece(pieces []string, piece string) []string {
	if piece == "" {
		return pieces
	}
	return append(pieces, piece)
}

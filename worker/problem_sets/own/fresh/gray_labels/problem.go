package graylabels

import "fmt"

// GrayLabels lists the reflected Gray code with the given number of bits (at least 1): the n-th label, counted from
// 0, is n XOR (n shifted right by one), in binary with leading zeros up to that many digits. Neighbouring labels
// differ in a single digit.
//
// GrayLabels(1) = ["0" "1"]
// GrayLabels(2) = ["00" "01" "11" "10"]
func GrayLabels(bits int) []string {
	labels := make([]string, 1<<bits)
	for n := range labels {
		labels[n] = fmt.Sprintf("%0*b", bits, n^(n>>1))
	}
	return labels
}

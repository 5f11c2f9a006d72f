package longestreadingframe

import "strings"

// LongestReadingFrame searches a DNA string for genes. A gene begins with the codon ATG anywhere in the string and
// runs on in steps of three letters up to and including the first stop codon: TAA, TAG or TGA. An ATG with no stop
// codon after it in its own steps begins no gene. The longest gene is returned, the earliest among equally long
// ones, or "" if there is none.
//
// LongestReadingFrame("CCATGAAATAGCC") = "ATGAAATAG"
// LongestReadingFrame("ATGCCTAA") = ""
func LongestReadingFrame(dna string) string {
	longest := ""
	for start := range dna {
		if gene := geneAtStart(dna[start:]); len(gene) > len(longest) {
			longest = gene
		}
	}
	return longest
}

func geneAtStart(dna string) string {
	if !strings.HasPrefix(dna, "ATG") {
		return ""
	}
	for end := 6; end <= len(dna); end += 3 {
		switch dna[end-3 : end] {
		case "TAA", "TAG", "TGA":
			return dna[:end]
		}
	}
	return ""
}

package romanvalue

// RomanValue reads a Roman numeral: a letter before a greater one is subtracted, all others are added.
//
//	RomanValue("XIV") = 14
//	RomanValue("MCM") = 1900
func RomanValue(numeral string) int {
	values := map[rune]int{'I': 1, 'V': 5, 'X': 10, 'L': 50, 'C': 100, 'D': 500, 'M': 1000}
	total, previous := 0, 0
	for _, letter := range numeral {
		value := values[letter]
		if value > previous {
			total -= 2 * previous
		}
		total += value
		previous = value
	}
	return total
}

package oneletterapart

// OneLetterApart tells whether two words of the same length differ in exactly one place,
// as neighbours in a word ladder do.
//
//	OneLetterApart("cold", "cord") = true
//	OneLetterApart("cold", "warm") = false
func OneLetterApart(first, second string) bool {
	a, b := []rune(first), []rune(second)
	if len(a) != len(b) {
		return false
	}
	different := 0
	for i := range a {
		if a[i] != b[i] {
			different++
		}
	}
	return different == 1
}

package canspell

// CanSpell tells whether a word can be laid with letter tiles, using each tile once at most.
// The tile "?" stands for any letter.
//
//	CanSpell("tac?", "cats") = true
//	CanSpell("cat", "taat") = false
func CanSpell(tiles, word string) bool {
	left := map[rune]int{}
	for _, tile := range tiles {
		left[tile]++
	}
	for _, letter := range word {
		if left[letter] == 0 {
			letter = '?'
		}
		if left[letter] == 0 {
			return false
		}
		left[letter]--
	}
	return true
}

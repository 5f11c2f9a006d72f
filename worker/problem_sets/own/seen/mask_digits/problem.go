package maskdigits

import "unicode"

// MaskDigits replaces all digits of a text by '*' except for the last keep of them. Other characters stay.
//
//	MaskDigits("12-34 56", 3) = "**-*4 56"
//	MaskDigits("code 7", 0) = "code *"
func MaskDigits(text string, keep int) string {
	masked := []rune(text)
	for i := len(masked) - 1; i >= 0; i-- {
		if !unicode.IsDigit(masked[i]) {
			continue
		}
		if keep <= 0 {
			masked[i] = '*'
		}
		keep--
	}
	return string(masked)
}

package centertext

import "strings"

// CenterText puts dots on both sides of a text until it is width characters long.
// If their number is odd, the extra dot goes to the right. A text that is too long stays as it is.
//
//	CenterText("go", 6) = "..go.."
//	CenterText("hat", 6) = ".hat.."
func CenterText(text string, width int) string {
	space := max(width-len([]rune(text)), 0)
	left := space / 2
	return strings.Repeat(".", left) + text + strings.Repeat(".", space-left)
}

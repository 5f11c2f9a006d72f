package snakename

import (
	"strings"
	"unicode"
)

// SnakeName turns a name such as "playNext" into "play_next": every capital letter becomes small
// and is preceded by "_", except at the beginning.
//
//	SnakeName("playNext") = "play_next"
//	SnakeName("HomePage") = "home_page"
func SnakeName(name string) string {
	var out strings.Builder
	for i, r := range name {
		if unicode.IsUpper(r) && i > 0 {
			out.WriteRune('_')
		}
		out.WriteRune(unicode.ToLower(r))
	}
	return out.String()
}

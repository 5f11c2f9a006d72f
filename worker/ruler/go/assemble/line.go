package assemble

import (
	"go/scanner"
	"go/token"
	"strings"
)

// withoutLineDirectives makes a candidate's line directives plain comments of the same length: with them its code
// could pass for the tests', which the policy trusts, and messages would point to lines that nobody wrote.
func withoutLineDirectives(text string) string {
	if !strings.Contains(text, "//line ") && !strings.Contains(text, "/*line ") {
		return text
	}
	var lexer scanner.Scanner
	files := token.NewFileSet()
	file := files.AddFile("", files.Base(), len(text))
	lexer.Init(file, []byte(text), func(token.Position, string) {}, scanner.ScanComments)
	plain := []byte(text)
	for {
		pos, kind, literal := lexer.Scan()
		if kind == token.EOF {
			return string(plain)
		}
		if kind == token.COMMENT && strings.HasPrefix(literal[2:], "line ") {
			plain[file.Offset(pos)+len("//")] = ' '
		}
	}
}

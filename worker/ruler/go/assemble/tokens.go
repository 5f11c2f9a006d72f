package assemble

import (
	"go/scanner"
	"go/token"
)

// lexeme is one Go token with its place in the text.
type lexeme struct {
	kind    token.Token
	text    string
	offset  int
	end     int
	implied bool // a semicolon that a newline stands for
}

// lex cuts text into Go tokens, comments left out. Text that is no Go gives ILLEGAL tokens, never an error.
func lex(text string) []lexeme {
	var lexer scanner.Scanner
	files := token.NewFileSet()
	file := files.AddFile("", files.Base(), len(text))
	lexer.Init(file, []byte(text), func(token.Position, string) {}, 0)
	var lexemes []lexeme
	for {
		pos, kind, literal := lexer.Scan()
		if kind == token.EOF {
			return lexemes
		}
		lexemes = append(lexemes, newLexeme(file.Offset(pos), kind, literal))
	}
}

func newLexeme(offset int, kind token.Token, literal string) lexeme {
	l := lexeme{kind: kind, text: literal, offset: offset}
	switch {
	case kind == token.SEMICOLON && literal == "\n":
		l.implied, l.end = true, offset
	case kind.IsLiteral() || kind.IsKeyword() || kind == token.ILLEGAL:
		l.end = offset + len(literal)
	default:
		l.end = offset + len(kind.String())
	}
	return l
}

// nesting is +1 for a token that opens a bracket, -1 for one that closes it.
func (l lexeme) nesting() int {
	switch l.kind {
	case token.LBRACE, token.LPAREN, token.LBRACK:
		return 1
	case token.RBRACE, token.RPAREN, token.RBRACK:
		return -1
	}
	return 0
}

// declares says whether a top-level declaration may begin with this token.
func (l lexeme) declares() bool {
	switch l.kind {
	case token.FUNC, token.TYPE, token.VAR, token.CONST, token.IMPORT:
		return true
	}
	return false
}

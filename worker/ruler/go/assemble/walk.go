package assemble

import (
	"go/parser"
	"go/token"
	"strings"
)

// parses says whether text is a list of Go declarations.
func parses(text string) bool {
	_, err := parser.ParseFile(token.NewFileSet(), "", "package p;"+text, parser.SkipObjectResolution)
	return err == nil
}

// functionNameAt is the name that a `func` at i declares, or "" for a function literal or type.
func functionNameAt(lexemes []lexeme, i int) string {
	i++
	if i < len(lexemes) && lexemes[i].kind == token.IDENT {
		return lexemes[i].text
	}
	if i >= len(lexemes) || lexemes[i].kind != token.LPAREN {
		return ""
	}
	// A receiver: func (r T) Name( … — a literal has no parenthesis after the word that follows its parameters.
	depth := 0
	for ; i < len(lexemes); i++ {
		depth += lexemes[i].nesting()
		if depth == 0 {
			break
		}
	}
	if i+2 < len(lexemes) && lexemes[i+1].kind == token.IDENT && lexemes[i+2].kind == token.LPAREN {
		return lexemes[i+1].text
	}
	return ""
}

// declaresFunction says whether text declares a function of that name outside all brackets.
func declaresFunction(text, name string) bool {
	lexemes, depth := lex(text), 0
	for i, l := range lexemes {
		if depth == 0 && l.kind == token.FUNC && functionNameAt(lexemes, i) == name {
			return true
		}
		depth += l.nesting()
	}
	return false
}

// continuesBody says whether text reads on inside a function that the prompt opened: it closes a brace that it
// did not open before it declares a function of its own.
func continuesBody(text string) bool {
	lexemes, depth := lex(text), 0
	for i, l := range lexemes {
		if depth == 0 && l.kind == token.FUNC && functionNameAt(lexemes, i) != "" {
			return false
		}
		if depth += l.nesting(); depth < 0 {
			return true
		}
	}
	return true
}

// bodyEnd is the offset right after the brace that closes the function which the prompt opened, -1 if none does.
func bodyEnd(text string) int {
	depth := 0
	for _, l := range lex(text) {
		if depth += l.nesting(); depth < 0 {
			return l.end
		}
	}
	return -1
}

// declarationsEnd is the end of the last whole declaration of an unbroken row of them from the front of text. A
// sentence that begins with a word like func is none.
func declarationsEnd(text string) int {
	end, start, depth, fresh := 0, 0, 0, true
	lexemes := lex(text)
	for i, l := range lexemes {
		if fresh && !(l.kind == token.LBRACE && isHead(text[start:end])) {
			if start = l.offset; l.kind != token.SEMICOLON && !l.declares() {
				return end
			}
		}
		depth += l.nesting()
		fresh = depth == 0 && l.kind == token.SEMICOLON
		if depth == 0 && l.kind == token.RBRACE && i+1 < len(lexemes) && lexemes[i+1].kind != token.SEMICOLON && isFunction(text[start:l.end]) {
			return l.end // what is glued to it is no Go
		}
		if !fresh {
			continue
		}
		if l.kind == token.SEMICOLON && start < l.offset && !isDeclaration(text[start:l.offset]) {
			return end
		}
		if end = l.end; l.implied {
			end = l.offset
		}
	}
	if depth == 0 && (fresh || isDeclaration(text[start:])) && !cutInComment(text[end:]) {
		return len(text)
	}
	return end
}

// isFunction: it is one function or method, with its body.
func isFunction(text string) bool {
	if !strings.HasPrefix(text, "func") {
		return false
	}
	list := topLevel(text)
	return len(list) == 1 && list[0].whole
}

// cutInComment: text breaks off in a comment, as an answer does that was cut there.
func cutInComment(text string) bool {
	r := reader{text: text}
	for r.at < len(text) {
		r.next()
	}
	return r.in == inBlockComment
}

// isHead: a function's head, whose brace stands in the next line, is no declaration without it.
func isHead(text string) bool {
	return strings.HasPrefix(text, "func") && !strings.Contains(text, "{")
}

// isDeclaration: it looks like one, or it parses.
func isDeclaration(text string) bool { return isCodeLine(text) || parses(text) }

// Selected are the names that stand before a dot in text, as packages do.
func Selected(text string) map[string]bool {
	names := map[string]bool{}
	lexemes := lex(text)
	for i := 1; i < len(lexemes); i++ {
		if lexemes[i].kind == token.PERIOD && lexemes[i-1].kind == token.IDENT {
			names[lexemes[i-1].text] = true
		}
	}
	return names
}

// Free are the names in a file that stand behind no dot and that it does not declare.
func Free(text string) (names []string) {
	own := namesOf(text[headerOf(text, Candidate).rest:])
	lexemes := lex(text)
	for i, l := range lexemes {
		if l.kind == token.IDENT && !own[l.text] && (i == 0 || lexemes[i-1].kind != token.PERIOD) {
			names = append(names, l.text)
		}
	}
	return names
}

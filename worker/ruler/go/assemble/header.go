package assemble

import (
	"go/token"
	"regexp"
	"strconv"
	"strings"
)

// Import is one import spec and where it was written.
type Import struct {
	Name, Path string
	Origin     Origin
	Offset     int
}

// local is the name by which the file knows the package, as far as its path tells.
func (s Import) local() string {
	if s.Name != "" {
		return s.Name
	}
	elements := strings.Split(s.Path, "/")
	name := elements[len(elements)-1]
	if len(elements) > 1 && majorVersion.MatchString(name) {
		return elements[len(elements)-2]
	}
	return name
}

var majorVersion = regexp.MustCompile(`^v[0-9]+$`)

// header is a text's package clause and imports. rest is the offset where its declarations begin.
type header struct {
	packaged bool
	pkg      string
	imports  []Import
	rest     int
}

// headerOf reads package clause and imports off the front of text. An import it cannot read stays in the rest,
// where the parser will say what is wrong with it.
func headerOf(text string, origin Origin) header {
	lexemes := lex(text)
	head := header{}
	i := 0
	if len(lexemes) > 1 && lexemes[0].kind == token.PACKAGE && lexemes[1].kind == token.IDENT {
		head.packaged, head.pkg, head.rest = true, lexemes[1].text, lexemes[1].end
		i = skipSemicolon(lexemes, 2, &head)
	}
	for i < len(lexemes) && lexemes[i].kind == token.IMPORT {
		specs, next, ok := importSpecs(lexemes, i+1)
		if !ok {
			return head
		}
		for _, spec := range specs {
			spec.Origin = origin
			head.imports = append(head.imports, spec)
		}
		head.rest = lexemes[next-1].end
		i = skipSemicolon(lexemes, next, &head)
	}
	return head
}

func skipSemicolon(lexemes []lexeme, i int, head *header) int {
	if i < len(lexemes) && lexemes[i].kind == token.SEMICOLON {
		head.rest = lexemes[i].end
		return i + 1
	}
	return i
}

// importSpecs reads what follows `import` at i: one spec, or a list in parentheses.
func importSpecs(lexemes []lexeme, i int) (specs []Import, next int, ok bool) {
	if i >= len(lexemes) {
		return nil, i, false
	}
	if lexemes[i].kind != token.LPAREN {
		spec, next, ok := importSpec(lexemes, i)
		return []Import{spec}, next, ok
	}
	for i++; i < len(lexemes); {
		switch lexemes[i].kind {
		case token.RPAREN:
			return specs, i + 1, true
		case token.SEMICOLON:
			i++
		default:
			spec, next, ok := importSpec(lexemes, i)
			if !ok {
				return nil, i, false
			}
			specs, i = append(specs, spec), next
		}
	}
	return nil, i, false
}

func importSpec(lexemes []lexeme, i int) (Import, int, bool) {
	spec := Import{Offset: lexemes[i].offset}
	if kind := lexemes[i].kind; kind == token.IDENT || kind == token.PERIOD {
		spec.Name = lexemes[i].text
		if kind == token.PERIOD {
			spec.Name = "."
		}
		i++
	}
	if i >= len(lexemes) || lexemes[i].kind != token.STRING {
		return spec, i, false
	}
	path, err := strconv.Unquote(lexemes[i].text)
	spec.Path = path
	return spec, i + 1, err == nil
}

// OpensPackage says whether a prompt begins with a package clause.
func OpensPackage(prompt string) bool { return headerOf(prompt, Prompt).packaged }

// PromptImports are the imports of a prompt.
func PromptImports(prompt string) []Import { return headerOf(prompt, Prompt).imports }

// Command go_tokens says what a function in a Go file is, token by token and without its comments, so that a test can
// tell whether two files hold the same function. One JSON request a line in, one JSON answer a line out.
package main

import (
	"bufio"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"io"
	"log"
	"os"
)

type request struct {
	Source string `json:"source"`
	Name   string `json:"name"`
}

type answer struct {
	Error string `json:"error"`
	// Tokens of the function named; nil where the file has no such function, or has it twice.
	Tokens []string `json:"tokens"`
}

func main() {
	in, out := json.NewDecoder(bufio.NewReader(os.Stdin)), json.NewEncoder(os.Stdout)
	for {
		var asked request
		if err := in.Decode(&asked); err == io.EOF {
			return
		} else if err != nil {
			log.Fatal(err)
		}
		if err := out.Encode(read(asked)); err != nil {
			log.Fatal(err)
		}
	}
}

func read(asked request) answer {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, "file.go", asked.Source, parser.SkipObjectResolution)
	if err != nil {
		return answer{Error: err.Error()}
	}
	var found []string
	for _, declaration := range file.Decls {
		function, ok := declaration.(*ast.FuncDecl)
		if !ok || function.Recv != nil || function.Name.Name != asked.Name {
			continue
		}
		if found != nil {
			return answer{Error: "declared twice"}
		}
		from, to := files.Position(function.Pos()).Offset, files.Position(function.End()).Offset
		found = tokens(asked.Source[from:to])
	}
	return answer{Tokens: found}
}

func tokens(text string) []string {
	var scan scanner.Scanner
	scan.Init(token.NewFileSet().AddFile("", -1, len(text)), []byte(text), nil, 0)
	var all []string
	for {
		_, kind, literal := scan.Scan()
		if kind == token.EOF {
			return all
		}
		if kind == token.SEMICOLON {
			literal = ";"
		}
		if literal == "" {
			literal = kind.String()
		}
		all = append(all, literal)
	}
}

// Package lean makes testify without its assertions about HTTP, for the many programs that never name one: linking
// net/http costs more than linking all the rest. What is left out becomes blanks, so every other line keeps its place
// and its text; whether a program may have it is decided in fits.go.
package lean

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// leftOut is in the name of each function that needs leftImports, and of no other.
const leftOut = "HTTP"

var leftImports = []string{"net/http", "net/http/httptest", "net/url"}

// Write puts the package in folder, as it is to be compiled, into target.
func Write(folder, target string) error {
	names, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		return err
	}
	for _, name := range names {
		source, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		thin, err := Thin(source)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(target, filepath.Base(name)), thin, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// Thin is a file's text with blanks for what is left out.
func Thin(source []byte) ([]byte, error) {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, "", source, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	thin := slices.Clone(source)
	blank := func(node ast.Node) {
		for i := files.Position(node.Pos()).Offset; i < files.Position(node.End()).Offset; i++ {
			if thin[i] != '\n' {
				thin[i] = ' '
			}
		}
	}
	gone := false
	for _, decl := range file.Decls {
		if function, ok := decl.(*ast.FuncDecl); ok && aboutHTTP(function) {
			gone = true
			blank(function)
		}
	}
	if !gone {
		return source, nil
	}
	for _, spec := range file.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, err
		}
		if slices.Contains(leftImports, path) || !named(thin, path[strings.LastIndex(path, "/")+1:]) {
			blank(spec)
		}
	}
	return thin, nil
}

func aboutHTTP(function *ast.FuncDecl) bool {
	return strings.Contains(strings.ToUpper(function.Name.Name), leftOut)
}

// named says whether a package is still used under its name.
func named(text []byte, name string) bool { return strings.Contains(string(text), name+".") }

package check

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"path/filepath"
	"strings"
)

// FileName is what the whole program is called; vet's `tests` analyzer looks only at test files.
const FileName = "candidate_test.go"

const packagePath = "candidate"

// Checked is a parsed and type-checked program.
type Checked struct {
	Files   *token.FileSet
	File    *ast.File
	Source  []byte
	Package *types.Package
	Info    *types.Info
	Errors  []types.Error
}

// Checker type-checks programs one after another against the same imported packages.
type Checker struct {
	archives *Archives
	language string
}

// NewChecker checks against the archives in folder, at a language version such as "go1.27".
func NewChecker(folder, language string) *Checker {
	return &Checker{archives: OpenArchives(folder, token.NewFileSet()), language: language}
}

// Check parses and type-checks source. A nil result means that it does not parse.
func (c *Checker) Check(source string) *Checked {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, FileName, source, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil
	}
	checked := &Checked{Files: files, File: file, Source: []byte(source), Info: newInfo()}
	config := types.Config{
		Importer:  c.archives,
		GoVersion: c.language,
		Sizes:     types.SizesFor("gc", "amd64"),
		Error: func(err error) {
			if problem, ok := err.(types.Error); ok {
				checked.Errors = append(checked.Errors, problem)
			}
		},
	}
	checked.Package, _ = config.Check(packagePath, files, []*ast.File{file}, checked.Info)
	return checked
}

func newInfo() *types.Info {
	return &types.Info{
		Types:        map[ast.Expr]types.TypeAndValue{},
		Instances:    map[*ast.Ident]types.Instance{},
		Defs:         map[*ast.Ident]types.Object{},
		Uses:         map[*ast.Ident]types.Object{},
		Implicits:    map[ast.Node]types.Object{},
		Selections:   map[*ast.SelectorExpr]*types.Selection{},
		Scopes:       map[ast.Node]*types.Scope{},
		FileVersions: map[*ast.File]string{},
	}
}

// Passes says whether the type checker found nothing wrong.
func (c *Checked) Passes() bool { return c != nil && len(c.Errors) == 0 }

// Origin is the file that a position was written in: candidate.go, prompt.go, candidate_test.go or header.go.
func (c *Checked) Origin(pos token.Pos) string { return filepath.Base(c.Files.Position(pos).Filename) }

// Tests names the test functions, in the order of the tests' text; for a program with main, "main" alone.
func Tests(c *Checked, mainPanics bool) []string {
	var names []string
	for _, decl := range c.File.Decls {
		function, ok := decl.(*ast.FuncDecl)
		if !ok || function.Recv != nil {
			continue
		}
		name := function.Name.Name
		if mainPanics && name == "main" {
			return []string{"main"}
		}
		if !mainPanics && isTest(c, function) {
			names = append(names, name)
		}
	}
	return names
}

func isTest(c *Checked, function *ast.FuncDecl) bool {
	name := function.Name.Name
	if !strings.HasPrefix(name, "Test") || name == "TestMain" || c.Origin(function.Pos()) != FileName {
		return false
	}
	rest := name[len("Test"):]
	return rest == "" || !(rest[0] >= 'a' && rest[0] <= 'z')
}

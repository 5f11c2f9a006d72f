package check

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"path/filepath"
	"strconv"
)

// TestFile is what the tests' file is called; vet's `tests` analyzer looks only at files of such a name. Under the
// name of the answer's file stands the prompt as well, so Origin tells them apart.
const (
	TestFile   = "candidate_test.go"
	answerFile = "candidate.go"
)

const packagePath = "candidate"

// File is one parsed file of a program and its text.
type File struct {
	*ast.File
	Source []byte
}

// Checked is a parsed and type-checked program.
type Checked struct {
	Set     *token.FileSet
	Files   []File // the answer's and the tests', or one that holds both
	Package *types.Package
	Info    *types.Info
	Errors  []types.Error
}

// Inspect walks the syntax of all files.
func (c *Checked) Inspect(visit func(ast.Node) bool) {
	for _, file := range c.Files {
		ast.Inspect(file.File, visit)
	}
}

// Imports are the import specs of all files.
func (c *Checked) Imports() (specs []*ast.ImportSpec) {
	for _, file := range c.Files {
		specs = append(specs, file.Imports...)
	}
	return specs
}

// Comments are the comments of all files, one by one.
func (c *Checked) Comments() (comments []*ast.Comment) {
	for _, file := range c.Files {
		for _, group := range file.Comments {
			comments = append(comments, group.List...)
		}
	}
	return comments
}

// ImportPath is the path that a spec names.
func ImportPath(spec *ast.ImportSpec) string {
	path, _ := strconv.Unquote(spec.Path.Value)
	return path
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

// Check parses and type-checks the answer's file and the tests'. A nil result means that one does not parse.
func (c *Checker) Check(answer, tests string) *Checked {
	return c.check([]string{answerFile, TestFile}, []string{answer, tests})
}

// CheckSingle does the same for a program in one file.
func (c *Checker) CheckSingle(source string) *Checked {
	return c.check([]string{TestFile}, []string{source})
}

func (c *Checker) check(names, sources []string) *Checked {
	checked := &Checked{Set: token.NewFileSet(), Info: newInfo()}
	var files []*ast.File
	for i, source := range sources {
		file, err := parser.ParseFile(checked.Set, names[i], source, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil
		}
		files = append(files, file)
		checked.Files = append(checked.Files, File{file, []byte(source)})
	}
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
	checked.Package, _ = config.Check(packagePath, checked.Set, files, checked.Info)
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
func (c *Checked) Origin(pos token.Pos) string { return filepath.Base(c.Set.Position(pos).Filename) }

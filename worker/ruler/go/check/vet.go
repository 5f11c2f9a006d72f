package check

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"reflect"
	"sort"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/atomic"
	"golang.org/x/tools/go/analysis/passes/bools"
	"golang.org/x/tools/go/analysis/passes/buildtag"
	"golang.org/x/tools/go/analysis/passes/directive"
	"golang.org/x/tools/go/analysis/passes/errorsas"
	"golang.org/x/tools/go/analysis/passes/ifaceassert"
	"golang.org/x/tools/go/analysis/passes/nilfunc"
	"golang.org/x/tools/go/analysis/passes/printf"
	"golang.org/x/tools/go/analysis/passes/slog"
	"golang.org/x/tools/go/analysis/passes/stdversion"
	"golang.org/x/tools/go/analysis/passes/stringintconv"
	"golang.org/x/tools/go/analysis/passes/tests"
)

// Analyzers are those that `go test` of Go 1.27 runs. go.mod pins the x/tools release in which they are that Go's own: a
// test compares their sources with those in Go's tree, and what they say with `go vet`.
var Analyzers = []*analysis.Analyzer{
	atomic.Analyzer, bools.Analyzer, buildtag.Analyzer, directive.Analyzer, errorsas.Analyzer,
	ifaceassert.Analyzer, nilfunc.Analyzer, printf.Analyzer, slog.Analyzer, stdversion.Analyzer,
	stringintconv.Analyzer, tests.Analyzer,
}

type finding struct {
	pos     token.Pos
	message string
}

type vetting struct {
	checked  *Checked
	language string
	results  map[*analysis.Analyzer]any
	objects  map[types.Object][]analysis.Fact
	findings []finding
}

// Vet is what `go test`'s share of `go vet` complains about, a line each, in the order of the text; empty if nothing.
func (c *Checker) Vet(checked *Checked) []string {
	v := &vetting{checked: checked, language: c.language, results: map[*analysis.Analyzer]any{}, objects: map[types.Object][]analysis.Fact{}}
	for _, analyzer := range Analyzers {
		v.run(analyzer)
	}
	sort.SliceStable(v.findings, func(i, j int) bool { return v.findings[i].pos < v.findings[j].pos })
	var lines []string
	for _, f := range v.findings {
		p := checked.Set.Position(f.pos)
		lines = append(lines, fmt.Sprintf("%s:%d:%d: %s", filepath.Base(p.Filename), p.Line, p.Column, f.message))
	}
	return lines
}

func (v *vetting) run(analyzer *analysis.Analyzer) any {
	if result, done := v.results[analyzer]; done {
		return result
	}
	inputs := map[*analysis.Analyzer]any{}
	for _, needed := range analyzer.Requires {
		inputs[needed] = v.run(needed)
	}
	result, err := analyzer.Run(v.pass(analyzer, inputs))
	if err != nil {
		result = nil
	}
	v.results[analyzer] = result
	return result
}

func (v *vetting) pass(analyzer *analysis.Analyzer, inputs map[*analysis.Analyzer]any) *analysis.Pass {
	c := v.checked
	return &analysis.Pass{
		Analyzer: analyzer, Fset: c.Set, Files: c.Syntax(), Pkg: c.Package, TypesInfo: c.Info,
		TypesSizes: types.SizesFor("gc", "amd64"), ResultOf: inputs,
		Module:            &analysis.Module{Path: packagePath, GoVersion: v.language},
		Report:            func(d analysis.Diagnostic) { v.findings = append(v.findings, finding{d.Pos, d.Message}) },
		ReadFile:          c.readFile,
		ImportObjectFact:  v.importFact,
		ExportObjectFact:  func(o types.Object, f analysis.Fact) { v.objects[o] = append(v.objects[o], f) },
		ImportPackageFact: func(*types.Package, analysis.Fact) bool { return false },
		ExportPackageFact: func(analysis.Fact) {},
		AllObjectFacts:    func() []analysis.ObjectFact { return nil },
		AllPackageFacts:   func() []analysis.PackageFact { return nil },
	}
}

// Syntax is the syntax tree of each file.
func (c *Checked) Syntax() (files []*ast.File) {
	for _, file := range c.Files {
		files = append(files, file.File)
	}
	return files
}

func (c *Checked) readFile(name string) ([]byte, error) {
	for _, file := range c.Files {
		if c.Set.File(file.FileStart).Name() == name {
			return file.Source, nil
		}
	}
	return nil, os.ErrNotExist
}

// wrappers are the functions of other packages that vet finds to be printf's kin by reading them, beyond those that its
// printf analyzer knows by name. Packages are imported compiled here, so that it cannot read them.
var wrappers = map[string]printf.Kind{
	"(*net/textproto.Conn).Cmd":                             printf.KindPrintf,
	"(*net/textproto.Writer).PrintfLine":                    printf.KindPrintf,
	"(*github.com/stretchr/testify/assert.CollectT).Errorf": printf.KindErrorf,
}

// importFact answers from this program's own facts and from wrappers.
func (v *vetting) importFact(object types.Object, fact analysis.Fact) bool {
	for _, known := range v.objects[object] {
		if reflect.TypeOf(known) == reflect.TypeOf(fact) {
			reflect.ValueOf(fact).Elem().Set(reflect.ValueOf(known).Elem())
			return true
		}
	}
	function, ok := object.(*types.Func)
	if !ok {
		return false
	}
	kind := reflect.ValueOf(fact).Elem().FieldByName("Kind")
	known, ok := wrappers[function.FullName()]
	if !ok || !kind.IsValid() {
		return false
	}
	kind.Set(reflect.ValueOf(known))
	return true
}

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
	"strings"

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

// Analyzers are the ones that `go test` of Go 1.27 runs.
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

// importFact answers from this program's own facts. Of testify, whose source is not analysed here, it is known
// that the functions which end in f and take a message are printf wrappers.
func (v *vetting) importFact(object types.Object, fact analysis.Fact) bool {
	for _, known := range v.objects[object] {
		if reflect.TypeOf(known) == reflect.TypeOf(fact) {
			reflect.ValueOf(fact).Elem().Set(reflect.ValueOf(known).Elem())
			return true
		}
	}
	if object.Pkg() == nil || !strings.HasPrefix(object.Pkg().Path(), "github.com/stretchr/testify/") {
		return false
	}
	kind := reflect.ValueOf(fact).Elem().FieldByName("Kind")
	if !kind.IsValid() || !formats(object) {
		return false
	}
	kind.Set(reflect.ValueOf(printf.KindPrintf))
	return true
}

func formats(object types.Object) bool {
	signature, ok := object.Type().(*types.Signature)
	if !ok || !signature.Variadic() || !strings.HasSuffix(object.Name(), "f") || signature.Params().Len() < 2 {
		return false
	}
	format := signature.Params().At(signature.Params().Len() - 2)
	return types.Identical(format.Type(), types.Typ[types.String])
}

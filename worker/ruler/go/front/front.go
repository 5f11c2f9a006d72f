package front

import (
	"go/ast"
	"slices"

	"golang.org/x/tools/fiximports"

	"tekhne/ruler/assemble"
	"tekhne/ruler/check"
	"tekhne/ruler/lean"
	"tekhne/ruler/merge"
	"tekhne/ruler/wire"
)

// known are the packages outside the standard library that a program may use.
var known = fiximports.Known{
	"assert":  "github.com/stretchr/testify/assert",
	"require": "github.com/stretchr/testify/require",
}

// Front reads items one after another.
type Front struct {
	checker  *check.Checker
	packages map[string]bool // last elements of importable paths
}

// New reads against the compiled packages in folder.
func New(folder, language string, packages map[string]bool) *Front {
	return &Front{checker: check.NewChecker(folder, language), packages: packages}
}

// Read says everything about an item that needs no compiler.
func (f *Front) Read(item wire.Item, number int, legacy bool) Reply {
	program := assemble.Assemble(item)
	reply := Reply{Shape: program.Shape}
	reply.Fixed, reply.Raw = f.bothRules(program, item, number, &reply)
	reply.Notes = program.Notes
	if legacy {
		cut, text := assemble.Legacy(program, item.Prompt)
		var ignored Reply
		variant, _ := f.bothRules(cut, item, number, &ignored)
		reply.Legacy, reply.LegacyCut = &variant, []byte(text)
	}
	return reply
}

// bothRules judges the program with imports fixed and, where that is another program, as assembled.
func (f *Front) bothRules(program assemble.Program, item wire.Item, number int, reply *Reply) (Variant, *Variant) {
	raw, checked := f.variant(program, nil, item, number)
	if checked == nil || checked.Passes() {
		return raw, nil
	}
	imports, changed := fix(program)
	if !changed {
		return raw, nil
	}
	fixed, _ := f.variant(program, imports, item, number)
	reply.Added, reply.Removed = delta(program.Imports, imports)
	return fixed, &raw
}

// fix is the program's imports as goimports would have them.
func fix(program assemble.Program) (imports []assemble.Import, changed bool) {
	for _, spec := range program.Imports {
		if !slices.ContainsFunc(imports, same(spec.Name, spec.Path)) {
			imports = append(imports, spec)
		}
	}
	changed = len(imports) != len(program.Imports)
	changes, err := fiximports.Changes(check.FileName, []byte(program.Source(imports)), known)
	if err != nil {
		return imports, changed
	}
	for _, change := range changes {
		if change.Add {
			imports = append(imports, assemble.Import{Name: change.Name, Path: change.Path})
		} else {
			imports = slices.DeleteFunc(imports, same(change.Name, change.Path))
		}
	}
	if imports == nil {
		imports = []assemble.Import{}
	}
	return imports, changed || len(changes) > 0
}

func same(name, path string) func(assemble.Import) bool {
	return func(spec assemble.Import) bool { return spec.Name == name && spec.Path == path }
}

// delta lists the import paths that only one of two lists has.
func delta(before, after []assemble.Import) (added, removed []string) {
	has := func(list []assemble.Import, path string) bool {
		return slices.ContainsFunc(list, func(s assemble.Import) bool { return s.Path == path })
	}
	for _, spec := range after {
		if !has(before, spec.Path) {
			added = append(added, spec.Path)
		}
	}
	for _, spec := range before {
		if !has(after, spec.Path) && !slices.Contains(removed, spec.Path) {
			removed = append(removed, spec.Path)
		}
	}
	return added, removed
}

// variant checks one program. The second result is nil where it does not parse.
func (f *Front) variant(program assemble.Program, imports []assemble.Import, item wire.Item, number int) (Variant, *check.Checked) {
	side, source := program.Side(imports), program.Source(imports)
	v := Variant{Side: []byte(program.Plain(imports)), Source: []byte(source)}
	if !program.Parses {
		v.State, v.Source = Broken, []byte(side)
		return v, nil
	}
	checked := f.checker.Check(source)
	if checked == nil {
		v.State = Broken
		return v, nil
	}
	f.decide(&v, checked, item.Harness == wire.MainPanics)
	if v.State == Good {
		prepare(&v, checked, item.Harness == wire.MainPanics, number)
	}
	return v, checked
}

func (f *Front) decide(v *Variant, checked *check.Checked, mainPanics bool) {
	if denial := check.Policy(checked); denial != nil {
		v.State, v.Message, v.Import = Denied, denial.Message, denial.Import
		return
	}
	if missing := check.UnknownImports(checked); missing != "" {
		v.State, v.Message, v.Import = Unknown, missing, true
		return
	}
	if !checked.Passes() {
		v.State, v.Import = Wrong, check.OnlyImports(checked, f.packages)
		return
	}
	v.Tests = check.Tests(checked, mainPanics)
	if !mainPanics {
		if lines := f.checker.Vet(checked); len(lines) > 0 {
			v.State, v.Message = Vetted, join(lines)
			return
		}
	}
	v.State, v.Message = f.hollow(checked, v.Tests)
}

func (f *Front) hollow(checked *check.Checked, tests []string) (State, string) {
	if len(tests) == 0 {
		return Hollow, "The tests name no test function: nothing could be shown."
	}
	if name := check.Hijacked(checked, f.selected(checked)); name != "" {
		return Hollow, "The candidate redeclares " + name + ", which the tests use: nothing they say can be believed."
	}
	return Good, ""
}

// selected are the packages' names that the program uses as packages are used, before a dot.
func (f *Front) selected(checked *check.Checked) map[string]bool {
	names := map[string]bool{}
	ast.Inspect(checked.File, func(node ast.Node) bool {
		if selector, ok := node.(*ast.SelectorExpr); ok {
			if ident, ok := selector.X.(*ast.Ident); ok && f.packages[ident.Name] && checked.Origin(ident.Pos()) == check.FileName {
				names[ident.Name] = true
			}
		}
		return true
	})
	return names
}

// prepare makes the texts that the compiler reads; only the main of a program is renamed where it stays alone.
func prepare(v *Variant, checked *check.Checked, mainPanics bool, number int) {
	v.Alone, v.Lean = check.Alone(checked), lean.Fits(checked.File)
	if shared, ok := merge.Rename(checked, number); ok && !v.Alone {
		v.Shared = []byte(shared)
	}
	if mainPanics {
		v.Source = []byte(merge.RenameMain(checked))
	}
}

func join(lines []string) string {
	text := ""
	for _, line := range lines {
		text += line + "\n"
	}
	return text
}

package front

import (
	"bytes"
	"go/ast"
	"slices"
	"strings"

	"golang.org/x/tools/fiximports"

	"tekhne/ruler/assemble"
	"tekhne/ruler/check"
	"tekhne/ruler/lean"
	"tekhne/ruler/merge"
	"tekhne/ruler/wire"
)

// Front reads items one after another.
type Front struct {
	checker  *check.Checker
	packages map[string]bool  // last elements of importable paths
	known    fiximports.Known // those outside the standard library
	tests    map[string]tests
}

// New reads against the compiled packages in folder.
func New(folder, language string) *Front {
	checker := check.NewChecker(folder, language)
	f := &Front{checker: checker, packages: map[string]bool{}, tests: map[string]tests{}}
	f.known = fiximports.Known{Paths: map[string][]string{}, Exports: checker.Exports}
	for _, path := range packagesIn(folder) {
		name := fiximports.PackageName(path)
		f.packages[name] = true
		if host, _, _ := strings.Cut(path, "/"); strings.Contains(host, ".") {
			f.known.Paths[name] = append(f.known.Paths[name], path)
		}
	}
	return f
}

// Read says everything about an item that needs no compiler.
func (f *Front) Read(item wire.Item, number int, legacy bool) Reply {
	program := assemble.Assemble(item)
	reply := Reply{Shape: program.Shape, Notes: program.Notes, Dropped: program.Dropped}
	f.bothRules(program, item, number, &reply)
	if legacy {
		cut, text := assemble.Legacy(program, item.Prompt)
		var only Reply
		f.bothRules(cut, item, number, &only)
		reply.Legacy, reply.LegacyCut = &only.Fixed, []byte(text)
	}
	return reply
}

// bothRules reads the program with imports fixed and, where that could make a difference, as assembled.
func (f *Front) bothRules(program assemble.Program, item wire.Item, number int, reply *Reply) {
	tests := f.testsOf(program, item)
	own, given := specs(program.Imports), specs(program.TestImports)
	imports := own.once().offering(given, program.Answer(nil), f.checker.Exports)
	v, checked := f.variant(program, imports, tests, item, number)
	if checked != nil && !checked.Passes() {
		if fixed := imports.fixed(program.Answer, f.known, nil); !fixed.sameAs(imports) {
			imports = fixed
			v, _ = f.variant(program, imports, tests, item, number)
		}
	}
	reply.Fixed = v
	raw := asWritten(given, own, program.Texts[assemble.Prompt])
	whole := append(slices.Clone(imports), tests.imports...).once()
	reply.Added, reply.Removed = delta(raw, whole)
	if checked != nil && !(raw.sameAs(whole) && whole.consistent()) {
		reply.Raw = f.raw(program, raw)
	}
	// What is shown of both may be equal, where only the tests lack an import: then that is no fault of the answer's.
	if reply.Raw != nil && bytes.Equal(reply.Raw.Side, reply.Fixed.Side) {
		reply.Raw = nil
	}
}

// raw is the program in one file with the imports as they are; nil where that compiles, for then it is the same program.
func (f *Front) raw(program assemble.Program, imports specs) *Variant {
	single := program.Single(imports)
	v := &Variant{Side: []byte(program.Plain(imports)), Files: [][]byte{[]byte(single)}}
	checked := f.checker.CheckSingle(single)
	switch {
	case checked == nil:
		v.State = Broken
	case checked.Passes():
		return nil
	default:
		f.decideTypes(v, checked)
	}
	return v
}

// tests is a problem's test file, the same for all its candidates.
type tests struct {
	imports specs
	source  string
}

// testsOf fixes the imports of the tests by themselves, with the prompt's at hand: what they name never depends on what
// an answer imports or declares.
func (f *Front) testsOf(program assemble.Program, item wire.Item) tests {
	key := strings.Join([]string{item.Setup, item.Tests, item.Prompt, item.Imports, item.Declaration}, "\x00")
	if found, ok := f.tests[key]; ok {
		return found
	}
	prompt := program.Texts[assemble.Prompt]
	list := specs(program.TestImports).once().offering(assemble.PromptImports(prompt), program.Test(nil), f.checker.Exports)
	list = list.fixed(program.Test, f.known, assemble.PromptNames(prompt))
	made := tests{list, program.Test(list)}
	if len(f.tests) >= mostTests {
		clear(f.tests)
	}
	f.tests[key] = made
	return made
}

// mostTests is how many problems' test files are kept.
const mostTests = 256

// variant checks one program. The second result is nil where it does not parse.
func (f *Front) variant(program assemble.Program, imports specs, tests tests, item wire.Item, number int) (Variant, *check.Checked) {
	answer := program.Answer(imports)
	v := Variant{Side: []byte(program.Plain(imports)), Files: [][]byte{[]byte(answer), []byte(tests.source)}}
	if !program.Parses {
		v.State, v.Files = Broken, v.Files[:1]
		return v, nil
	}
	checked := f.checker.Check(answer, tests.source)
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
	if name := check.TakenFromTests(checked); name != "" {
		v.State, v.Message = Hollow, redeclares(name)
		return
	}
	if f.decideTypes(v, checked); v.State != "" {
		return
	}
	if mainPanics {
		if check.HasMain(checked) {
			v.Tests = []string{"main"}
		}
	} else {
		v.Suite = check.FindSuite(checked)
		v.Tests = v.Suite.Names()
		if v.Suite.Wrong != "" {
			v.State, v.Message = Unfit, v.Suite.Wrong
			return
		}
		if lines := f.checker.Vet(checked); len(lines) > 0 {
			v.State, v.Message = Vetted, join(lines)
			return
		}
	}
	v.State, v.Message = f.hollow(checked, v.Tests)
}

func redeclares(name string) string {
	return "The candidate redeclares " + name + ", which the tests use: nothing they say can be believed."
}

// decideTypes leaves the state open where policy and types have nothing against the program.
func (f *Front) decideTypes(v *Variant, checked *check.Checked) {
	if denial := check.Policy(checked); denial != nil {
		v.State, v.Message, v.Import = Denied, denial.Message, denial.Import
	} else if missing := check.UnknownImports(checked); missing != "" {
		v.State, v.Message, v.Import = Unknown, missing, true
	} else if !checked.Passes() {
		v.State, v.Import = Wrong, check.OnlyImports(checked, f.packages)
	}
}

func (f *Front) hollow(checked *check.Checked, tests []string) (State, string) {
	if len(tests) == 0 {
		return Hollow, "The tests name no test function: nothing could be shown."
	}
	if name := check.Hijacked(checked, f.selected(checked)); name != "" {
		return Hollow, redeclares(name)
	}
	return Good, ""
}

// selected are the packages' names that the program uses as packages are used, before a dot.
func (f *Front) selected(checked *check.Checked) map[string]bool {
	names := map[string]bool{}
	checked.Inspect(func(node ast.Node) bool {
		if selector, ok := node.(*ast.SelectorExpr); ok {
			if ident, ok := selector.X.(*ast.Ident); ok && f.packages[ident.Name] && checked.Origin(ident.Pos()) == check.TestFile {
				names[ident.Name] = true
			}
		}
		return true
	})
	return names
}

// prepare makes the texts that the compiler reads; only the main of a program is renamed where it stays alone.
func prepare(v *Variant, checked *check.Checked, mainPanics bool, number int) {
	v.Alone, v.Lean, v.Cores = check.Alone(checked), lean.Fits(checked.Syntax()...), check.AsksForCores(checked)
	if shared, ok := merge.Rename(checked, number); ok && !v.Alone {
		v.Shared = shared
	}
	if mainPanics {
		v.Files = merge.RenameMain(checked)
	}
}

func join(lines []string) string {
	text := ""
	for _, line := range lines {
		text += line + "\n"
	}
	return text
}

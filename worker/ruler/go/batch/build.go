package batch

import (
	"bytes"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

	"tekhne/ruler/cell"
	"tekhne/ruler/check"
	"tekhne/ruler/merge"
)

// unit is one package of one or many programs, to be compiled by one run of the compiler.
type unit struct {
	programs []*program
	path     string // import path
	archive  string
	shared   bool
	sole     bool   // it is the main package of a binary of its own
	packages string // the list that it is compiled with, and must be linked with
}

// ownMain is a function that takes the place of the one which starts a binary.
var ownMain = regexp.MustCompile(`\bfunc\s+main\s*\(`)

// suites is an import of testify's suites.
var suites = []byte(`"github.com/stretchr/testify/suite"`)

// buildInfo is what debug.ReadBuildInfo reads, between two times sixteen bytes that it passes over.
const buildInfo = "----------------path\tcandidate.test\nmod\tcandidate\t(devel)\t\n----------------"

// alone makes the unit the main package of its binary, where its one program leaves room for that: a package less to
// compile is an eighth of the time that one program takes.
func (u *unit) alone() *unit {
	u.sole = len(u.programs) == 1 && !slices.ContainsFunc(u.texts(u.programs[0]), ownMain.Match)
	return u
}

// texts are a program's files as this unit compiles them.
func (u *unit) texts(p *program) [][]byte {
	if u.shared {
		return p.variant.Shared
	}
	return p.variant.Files
}

func unitOf(shared bool, programs ...*program) *unit {
	packages := full
	if programs[0].variant.Lean {
		packages = thin
	}
	return &unit{programs: programs, shared: shared, packages: packages}
}

// built is what compiling or linking came to.
type built struct {
	ok    bool
	usage cell.Usage
	text  string
	err   error
}

// compileUnit compiles the unit's programs, each a file of its own, and the glue that runs them.
func (z *Zone) compileUnit(u *unit) built {
	name := z.fresh("p")
	if u.path, u.archive = "tekhne/"+name, z.path(name+".a"); u.sole {
		u.path = "main"
	}
	files := []string{}
	for _, p := range u.programs {
		written, err := z.writeFiles(fmt.Sprintf("%s_%d", name, p.number), u.texts(p))
		if files = append(files, written...); err != nil {
			return built{err: err}
		}
	}
	files = append(files, name+"_glue.go")
	if err := os.WriteFile(z.path(files[len(files)-1]), []byte(u.glue(z.token)), 0o644); err != nil {
		return built{err: err}
	}
	result := z.compile(u.path, u.archive, u.packages, files)
	z.remove(files...)
	if !result.ok {
		z.remove(name + ".a") // half-written, and as large as the program makes it
	}
	return result
}

// writeFiles writes a program's files for the compiler and returns their names.
func (z *Zone) writeFiles(name string, texts [][]byte) (files []string, err error) {
	for i, text := range texts {
		file := fmt.Sprintf("%s_%d.go", name, i)
		files = append(files, file)
		if err := os.WriteFile(z.path(file), text, 0o644); err != nil {
			return files, err
		}
	}
	return files, nil
}

// glue names each program's tests to the harness, under a function that the binary's main can call.
func (u *unit) glue(token string) string {
	var out strings.Builder
	testing, harness := glueName(token, "testing"), glueName(token, "harness")
	fmt.Fprintf(&out, "package main\nimport %s \"testing\"\nimport %s \"tekhne/ruler/harness\"\n", testing, harness)
	if slices.ContainsFunc(u.programs, usesSuites) {
		out.WriteString("import _ \"tekhne/ruler/harness/suites\"\n")
	}
	fmt.Fprintf(&out, "var _ %s.InternalTest\n", testing)
	for _, p := range u.programs {
		suffix := ""
		if u.shared {
			suffix = merge.Suffix(p.number)
		}
		fmt.Fprintf(&out, "func %s() {\n", runName(token, p.number))
		if p.mainPanics {
			if suffix == "" {
				suffix = merge.Suffix(0)
			}
			fmt.Fprintf(&out, "%s.Main(main%s)\n}\n", harness, suffix)
			continue
		}
		fmt.Fprintf(&out, "%s.Run(%s)\n}\n", harness, suiteText(p.variant.Suite, testing, harness, suffix))
	}
	if u.sole {
		number := u.programs[0].number
		fmt.Fprintf(&out, "func main() {\nif %s.Index() == %d {\n%s()\n}\n}\n", harness, number, runName(token, number))
	}
	return out.String()
}

// usesSuites says whether a program's tests are suites of testify's.
func usesSuites(p *program) bool {
	return slices.ContainsFunc(p.variant.Files, func(text []byte) bool { return bytes.Contains(text, suites) })
}

// suiteText is a suite as the harness takes it, in Go.
func suiteText(suite check.Suite, testing, harness, suffix string) string {
	var out strings.Builder
	fmt.Fprintf(&out, "%s.Suite{\nTests: []%s.InternalTest{\n", harness, testing)
	for _, name := range suite.Tests {
		fmt.Fprintf(&out, "{Name: %q, F: %s%s},\n", name, name, suffix)
	}
	fmt.Fprintf(&out, "},\nFuzz: []%s.InternalFuzzTarget{\n", testing)
	for _, name := range suite.Fuzz {
		fmt.Fprintf(&out, "{Name: %q, Fn: %s%s},\n", name, name, suffix)
	}
	fmt.Fprintf(&out, "},\nExamples: []%s.InternalExample{\n", testing)
	for _, e := range suite.Examples {
		fmt.Fprintf(&out, "{Name: %q, F: %s%s, Output: %q, Unordered: %v},\n", e.Name, e.Name, suffix, e.Output, e.Unordered)
	}
	out.WriteString("},\n")
	if suite.Main {
		fmt.Fprintf(&out, "Main: TestMain%s,\n", suffix)
	}
	return out.String() + "}"
}

// The glue's own names carry a token that no program can know, let alone declare.
func glueName(token, what string) string { return "Tekhne_" + token + "_" + what }

func runName(token string, number int) string { return glueName(token, fmt.Sprintf("run_%d", number)) }

func (z *Zone) compile(path, archive, config string, files []string) built {
	args := []string{"compile", "-o", archive, "-p", path, "-importcfg", z.path(config), "-lang=" + z.Language,
		"-complete", "-pack", "-c=1", "-dwarf=false", "-nolocalimports", "-trimpath", z.Work + "=>"}
	usage, text, err := z.tool(z.Compile, append(args, files...)...)
	return built{err == nil && usage.Status.ExitStatus() == 0, usage, text, err}
}

// link makes one binary that can run any program of the units, by its number. All were compiled with one list.
func (z *Zone) link(units []*unit) (binary string, result built) {
	name := z.fresh("b")
	archive, config := units[0].archive, units[0].packages
	if !units[0].sole {
		archive, config = z.path(name+".a"), name+".cfg"
		defer z.remove(name+".go", config, name+".a")
		if result = z.compileMain(name, units); !result.ok {
			return "", result
		}
	}
	args := []string{"link", "-o", z.path(name), "-importcfg", z.path(config), "-buildmode=exe", "-s", "-w",
		"-X=runtime.modinfo=" + buildInfo}
	if !units[0].programs[0].mainPanics {
		args = append(args, "-X=testing.testBinary=1") // what the go command says of a test binary: testing.Testing
	}
	usage, said, err := z.tool(z.Link, append(args, archive)...)
	usage.CPU, usage.Wall = usage.CPU+result.usage.CPU, usage.Wall+result.usage.Wall
	done := err == nil && usage.Status.ExitStatus() == 0
	if !done {
		z.remove(name)
	}
	return z.path(name), built{done, usage, said, err}
}

// compileMain makes the package that calls the program which the harness is told.
func (z *Zone) compileMain(name string, units []*unit) built {
	main, config := name+".go", name+".cfg"
	base, err := os.ReadFile(z.path(units[0].packages))
	if err != nil {
		return built{err: err}
	}
	text := string(base)
	for _, u := range units {
		text += fmt.Sprintf("packagefile %s=%s\n", u.path, u.archive)
	}
	if err := writeAll(map[string]string{z.path(main): dispatcher(units, z.token), z.path(config): text}); err != nil {
		return built{err: err}
	}
	return z.compile("main", z.path(name+".a"), config, []string{main})
}

func dispatcher(units []*unit, token string) string {
	var imports, cases strings.Builder
	for i, u := range units {
		fmt.Fprintf(&imports, "import u%d %q\n", i, u.path)
		for _, p := range u.programs {
			fmt.Fprintf(&cases, "case %d:\nu%d.%s()\n", p.number, i, runName(token, p.number))
		}
	}
	return "package main\nimport \"tekhne/ruler/harness\"\n" + imports.String() +
		"func main() {\nswitch harness.Index() {\n" + cases.String() + "}\n}\n"
}

func writeAll(texts map[string]string) error {
	for path, text := range texts {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

func (z *Zone) remove(names ...string) {
	for _, name := range names {
		_ = os.Remove(z.path(name))
	}
}

// share is one program's part of what a build for many has used.
func share(whole cell.Usage, parts int) (cpu, wall time.Duration) {
	return whole.CPU / time.Duration(parts), whole.Wall / time.Duration(parts)
}

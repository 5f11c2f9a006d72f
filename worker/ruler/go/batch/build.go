package batch

import (
	"fmt"
	"os"
	"strings"
	"time"

	"tekhne/ruler/cell"
	"tekhne/ruler/merge"
)

// unit is one package of one or many programs, to be compiled by one run of the compiler.
type unit struct {
	programs []*program
	path     string // import path
	archive  string
	shared   bool
	packages string // the list that it is compiled with, and must be linked with
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
	u.path, u.archive = "tekhne/"+name, z.path(name+".a")
	files := []string{}
	for _, p := range u.programs {
		text := p.variant.Source
		if u.shared {
			text = p.variant.Shared
		}
		files = append(files, fmt.Sprintf("%s_%d.go", name, p.number))
		if err := os.WriteFile(z.path(files[len(files)-1]), text, 0o644); err != nil {
			return built{err: err}
		}
	}
	files = append(files, name+"_glue.go")
	if err := os.WriteFile(z.path(files[len(files)-1]), []byte(u.glue()), 0o644); err != nil {
		return built{err: err}
	}
	result := z.compile(u.path, u.archive, u.packages, files)
	z.remove(files...)
	if !result.ok {
		z.remove(name + ".a") // half-written, and as large as the program makes it
	}
	return result
}

// glue names each program's tests to the harness, under a function that the binary's main can call.
func (u *unit) glue() string {
	var out strings.Builder
	out.WriteString("package main\nimport tk_testing \"testing\"\nimport tk_harness \"tekhne/ruler/harness\"\nvar _ tk_testing.InternalTest\n")
	for _, p := range u.programs {
		suffix := ""
		if u.shared {
			suffix = merge.Suffix(p.number)
		}
		fmt.Fprintf(&out, "func Tekhne_run_%d() {\n", p.number)
		if p.mainPanics {
			if suffix == "" {
				suffix = merge.Suffix(0)
			}
			fmt.Fprintf(&out, "tk_harness.Main(main%s)\n}\n", suffix)
			continue
		}
		out.WriteString("tk_harness.Run([]tk_testing.InternalTest{\n")
		for _, test := range p.variant.Tests {
			fmt.Fprintf(&out, "{Name: %q, F: %s%s},\n", test, test, suffix)
		}
		out.WriteString("})\n}\n")
	}
	return out.String()
}

func (z *Zone) compile(path, archive, config string, files []string) built {
	args := []string{"compile", "-o", archive, "-p", path, "-importcfg", z.path(config), "-lang=" + z.Language,
		"-complete", "-pack", "-c=1", "-dwarf=false", "-nolocalimports", "-trimpath", z.Work + "=>"}
	usage, text, err := z.tool(z.Compile, append(args, files...)...)
	return built{err == nil && usage.Status.ExitStatus() == 0, usage, text, err}
}

// link makes one binary that can run any program of the units, by its number. All were compiled with one list.
func (z *Zone) link(units []*unit) (binary string, result built) {
	name := z.fresh("b")
	main, config := name+".go", name+".cfg"
	base, err := os.ReadFile(z.path(units[0].packages))
	if err != nil {
		return "", built{err: err}
	}
	text := string(base)
	for _, u := range units {
		text += fmt.Sprintf("packagefile %s=%s\n", u.path, u.archive)
	}
	if err := writeAll(map[string]string{z.path(main): dispatcher(units), z.path(config): text}); err != nil {
		return "", built{err: err}
	}
	defer z.remove(main, config, name+".a")
	result = z.compile("main", z.path(name+".a"), config, []string{main})
	if !result.ok {
		return "", result
	}
	compiled := result.usage
	usage, said, err := z.tool(z.Link, "link", "-o", z.path(name), "-importcfg", z.path(config), "-buildmode=exe",
		"-s", "-w", z.path(name+".a"))
	usage.CPU, usage.Wall = usage.CPU+compiled.CPU, usage.Wall+compiled.Wall
	done := err == nil && usage.Status.ExitStatus() == 0
	if !done {
		z.remove(name)
	}
	return z.path(name), built{done, usage, said, err}
}

func dispatcher(units []*unit) string {
	var imports, cases strings.Builder
	for i, u := range units {
		fmt.Fprintf(&imports, "import u%d %q\n", i, u.path)
		for _, p := range u.programs {
			fmt.Fprintf(&cases, "case %d:\nu%d.Tekhne_run_%d()\n", p.number, i, p.number)
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

package check

import (
	"fmt"
	"go/types"
	"path/filepath"
	"regexp"
	"strings"
)

var undefinedName = regexp.MustCompile(`^undefined: (\w+)$`)
var redeclaredName = regexp.MustCompile(`^(\w+) (?:redeclared in this block|already declared through import)`)

// OnlyImports says whether everything that the type checker found is about imports: missing, unused or repeated.
func OnlyImports(c *Checked, packages map[string]bool) bool {
	imported := map[string]bool{}
	for _, spec := range c.Imports() {
		path := ImportPath(spec)
		imported[path[strings.LastIndex(path, "/")+1:]] = true
	}
	for _, problem := range c.Errors {
		message := strings.TrimSpace(problem.Msg)
		if match := undefinedName.FindStringSubmatch(message); match != nil {
			// `math.Abs` lacks an import; `log(x)` lacks a function, whatever packages there are.
			if !packages[match[1]] || !c.selectedFrom(problem, match[1]) {
				return false
			}
		} else if !aboutImports(message, imported) {
			return false
		}
	}
	return true
}

// selectedFrom says whether the name at the problem's place is followed by a dot.
func (c *Checked) selectedFrom(problem types.Error, name string) bool {
	for _, file := range c.Files {
		if file.FileStart <= problem.Pos && problem.Pos < file.FileEnd {
			end := c.Set.PositionFor(problem.Pos, false).Offset + len(name)
			return end < len(file.Source) && file.Source[end] == '.'
		}
	}
	return false
}

func aboutImports(message string, imported map[string]bool) bool {
	if strings.HasSuffix(message, "imported and not used") || strings.Contains(message, "imported as") ||
		strings.HasPrefix(message, "could not import") || strings.HasPrefix(message, "other declaration of") {
		return true
	}
	if match := redeclaredName.FindStringSubmatch(message); match != nil {
		return imported[match[1]]
	}
	return false
}

// UnknownImports says, in the go command's words, which imports cannot be resolved; empty if all can.
func UnknownImports(c *Checked) string {
	var lines strings.Builder
	for _, problem := range c.Errors {
		path, found := strings.CutPrefix(problem.Msg, "could not import ")
		if !found {
			continue
		}
		path, _, _ = strings.Cut(path, " ")
		p := c.Set.Position(problem.Pos)
		fmt.Fprintf(&lines, "%s:%d:%d: %s\n", filepath.Base(p.Filename), p.Line, p.Column, unknown(path))
	}
	return lines.String()
}

func unknown(path string) string {
	first, _, _ := strings.Cut(path, "/")
	if strings.Contains(first, ".") {
		return "no required module provides package " + path
	}
	return "package " + path + " is not in std"
}

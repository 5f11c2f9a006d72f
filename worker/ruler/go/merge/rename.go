// Package merge renames a checked program so that many can share one Go package, and with it one run of the
// compiler. What the text means stays as it was; a name's new ending is taken off again in whatever is shown.
package merge

import (
	"fmt"
	"go/ast"
	"go/types"
	"regexp"
	"sort"
	"strings"

	"tekhne/ruler/check"
)

const ending = "_tk"

var endings = regexp.MustCompile(ending + `[0-9]+x`)

// Suffix is what the names of candidate number i end in.
func Suffix(i int) string { return fmt.Sprintf("%s%dx", ending, i) }

// Restore takes the endings off again.
func Restore(text string) string { return endings.ReplaceAllString(text, "") }

// Rename gives every package-level name of the program candidate i's ending. ok is false where that could change
// what the program means: it must be compiled in a package of its own.
func Rename(c *check.Checked, i int) (source string, ok bool) {
	if strings.Contains(string(c.Source), ending) || embeds(c) || namesItself(c) {
		return "", false
	}
	return rename(c, Suffix(i), func(types.Object) bool { return true }), true
}

// RenameMain renames only func main, so that another package can call it.
func RenameMain(c *check.Checked) string {
	return rename(c, Suffix(0), func(o types.Object) bool { return o.Name() == "main" })
}

func rename(c *check.Checked, suffix string, wanted func(types.Object) bool) string {
	var ends []int
	collect := func(idents map[*ast.Ident]types.Object) {
		for ident, object := range idents {
			if global(c, object) && wanted(object) {
				ends = append(ends, c.Files.PositionFor(ident.End(), false).Offset)
			}
		}
	}
	collect(c.Info.Defs)
	collect(c.Info.Uses)
	sort.Ints(ends)
	var out strings.Builder
	last := 0
	for _, end := range ends {
		if end == last {
			continue
		}
		out.Write(c.Source[last:end])
		out.WriteString(suffix)
		last = end
	}
	out.Write(c.Source[last:])
	return out.String()
}

// global: declared by the program at package level, under a name that others could use.
func global(c *check.Checked, object types.Object) bool {
	if object == nil || object.Name() == "_" || object.Name() == "init" {
		return false
	}
	if _, imported := object.(*types.PkgName); imported {
		return false
	}
	return object.Parent() == c.Package.Scope()
}

// embeds: a struct or interface embeds one of the program's own types, whose name is then a field's name too.
func embeds(c *check.Checked) bool {
	found := false
	ast.Inspect(c.File, func(node ast.Node) bool {
		structure, ok := node.(*ast.StructType)
		if !ok {
			return !found
		}
		for _, field := range structure.Fields.List {
			found = found || len(field.Names) == 0
		}
		return !found
	})
	return found
}

// Package merge renames a checked program so that many can share one Go package, and with it one run of the
// compiler. What the text means stays as it was; a name's new ending is taken off again in whatever is shown.
package merge

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"regexp"
	"slices"

	"tekhne/ruler/check"
)

const ending = "_tk"

var endings = regexp.MustCompile(ending + `[0-9]+x`)

// Suffix is what the names of candidate number i end in.
func Suffix(i int) string { return fmt.Sprintf("%s%dx", ending, i) }

// Restore takes the endings off again.
func Restore(text string) string { return endings.ReplaceAllString(text, "") }

// Rename gives every package-level name of the program candidate i's ending, and returns its files. ok is false where
// that could change what the program means: it must be compiled in a package of its own.
func Rename(c *check.Checked, i int) (files [][]byte, ok bool) {
	taken := func(file check.File) bool { return bytes.Contains(file.Source, []byte(ending)) }
	if slices.ContainsFunc(c.Files, taken) || embeds(c) || namesItself(c) {
		return nil, false
	}
	return rename(c, Suffix(i), func(types.Object) bool { return true }), true
}

// RenameMain renames only func main, so that another package can call it.
func RenameMain(c *check.Checked) [][]byte {
	return rename(c, Suffix(0), func(o types.Object) bool { return o.Name() == "main" })
}

func rename(c *check.Checked, suffix string, wanted func(types.Object) bool) (files [][]byte) {
	var ends []token.Pos
	collect := func(idents map[*ast.Ident]types.Object) {
		for ident, object := range idents {
			if global(c, object) && wanted(object) {
				ends = append(ends, ident.End())
			}
		}
	}
	collect(c.Info.Defs)
	collect(c.Info.Uses)
	slices.Sort(ends)
	ends = slices.Compact(ends)
	for _, file := range c.Files {
		files = append(files, withEndings(file, ends, suffix))
	}
	return files
}

// withEndings is a file's text with the suffix put in at those of the places that lie in it.
func withEndings(file check.File, ends []token.Pos, suffix string) []byte {
	var out bytes.Buffer
	last := 0
	for _, end := range ends {
		if file.FileStart < end && end <= file.FileEnd {
			offset := int(end - file.FileStart)
			out.Write(file.Source[last:offset])
			out.WriteString(suffix)
			last = offset
		}
	}
	out.Write(file.Source[last:])
	return out.Bytes()
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
	c.Inspect(func(node ast.Node) bool {
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

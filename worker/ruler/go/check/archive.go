// Package check says, in process, what the compiler and `go vet` would say of a program, and what the ruler's
// policy says of it. It decides only whether a program survives: the words shown to people are the compiler's.
package check

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/importer"
	"go/token"
	"go/types"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// Archives is the folder of compiled packages: the only ones that a program can import.
type Archives struct {
	folder string
	files  *token.FileSet
	types.Importer
}

// OpenArchives reads packages from folder as they are asked for, and keeps them.
func OpenArchives(folder string, files *token.FileSet) *Archives {
	a := &Archives{folder: folder, files: files}
	a.Importer = importer.ForCompiler(files, "gc", a.open)
	return a
}

// Exports says whether a package exports the name.
func (c *Checker) Exports(path, name string) bool {
	pkg, err := c.archives.Import(path)
	return err == nil && ast.IsExported(name) && pkg.Scope().Lookup(name) != nil
}

func (a *Archives) open(path string) (io.ReadCloser, error) {
	if strings.Contains(path, "..") {
		return nil, fmt.Errorf("no such package")
	}
	data, err := os.ReadFile(filepath.Join(a.folder, path+".a"))
	if err != nil {
		return nil, fmt.Errorf("package %s is not in std", path)
	}
	return io.NopCloser(bytes.NewReader(data)), nil
}

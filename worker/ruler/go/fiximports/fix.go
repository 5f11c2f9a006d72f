// Package fiximports says which imports goimports would add to a file and remove from it.
//
// In: Go source. Out: import changes; the text is not touched. Only the standard library's own symbol table and the
// packages that the caller names can satisfy a reference: no go command, no module cache, no network.
package fiximports

import (
	"context"

	"golang.org/x/tools/internal/imports"
)

// Change is one import to add or to remove.
type Change struct {
	Add        bool
	Name, Path string
}

// Known offers packages outside the standard library.
type Known struct {
	Paths   map[string][]string // by the packages' names
	Exports func(path, symbol string) bool
}

// LoadPackageNames answers for paths that the file already imports; the last element is right for all we resolve.
func (k Known) LoadPackageNames(_ context.Context, _ string, paths []imports.ImportPath) (map[imports.ImportPath]imports.PackageName, error) {
	names := map[imports.ImportPath]imports.PackageName{}
	for _, p := range paths {
		names[p] = imports.ImportPathToAssumedName(p)
	}
	return names, nil
}

// ResolveReferences offers the known packages for names that the standard library does not satisfy.
func (k Known) ResolveReferences(_ context.Context, _ string, missing imports.References) ([]*imports.Result, error) {
	var results []*imports.Result
	for name, symbols := range missing {
		for _, p := range k.Paths[name] {
			exported := map[string]bool{}
			for symbol := range symbols {
				exported[symbol] = k.Exports(p, symbol)
			}
			results = append(results, &imports.Result{
				Import:  &imports.ImportInfo{ImportPath: p},
				Package: &imports.PackageInfo{Name: name, Exports: exported},
			})
		}
	}
	return results, nil
}

// PackageName is the name that a package is assumed to have by its path.
func PackageName(path string) string { return imports.ImportPathToAssumedName(path) }

// Changes lists what goimports would do to the imports of source. An error means that source does not parse.
func Changes(filename string, source []byte, known Known) ([]Change, error) {
	fixes, err := imports.FixImports(context.Background(), filename, source, "", nil, known)
	if err != nil {
		return nil, err
	}
	var changes []Change
	for _, fix := range fixes {
		switch fix.FixType {
		case imports.AddImport:
			changes = append(changes, Change{Add: true, Name: fix.StmtInfo.Name, Path: choice(fix.StmtInfo.ImportPath, source)})
		case imports.DeleteImport:
			changes = append(changes, Change{Name: fix.StmtInfo.Name, Path: fix.StmtInfo.ImportPath})
		}
	}
	return changes, nil
}

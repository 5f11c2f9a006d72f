//go:build compiler

package main

import (
	"bufio"
	"internal/exportdata"
	"internal/pkgbits"
	"os"
	"path/filepath"

	cmdimporter "cmd/compile/internal/importer"
	"cmd/compile/internal/types2"
)

// exports are the packages' export data, read once.
type exports struct {
	folder string
	data   map[string]string // by import path
}

func (e *exports) of(path string) (string, error) {
	if data, ok := e.data[path]; ok {
		return data, nil
	}
	file, err := os.Open(filepath.Join(e.folder, path+".a"))
	if err != nil {
		return "", err
	}
	defer file.Close()
	data, err := exportdata.ReadUnified(bufio.NewReader(file))
	if err != nil {
		return "", err
	}
	e.data[path] = string(data)
	return e.data[path], nil
}

// importer makes packages anew for each program, as the compiler does: which of them it knows shows in its words.
type importer struct {
	exports *exports
	context *types2.Context
	made    map[string]*types2.Package
	said    *printer
}

func (i *importer) Import(path string) (*types2.Package, error) { return i.ImportFrom(path, "", 0) }

func (i *importer) ImportFrom(path, _ string, _ types2.ImportMode) (*types2.Package, error) {
	if made := i.made[path]; made != nil && made.Complete() {
		return made, nil
	}
	data, err := i.exports.of(path)
	if err != nil {
		i.said.unsure = true // the compiler has its own words for that
		return nil, err
	}
	return cmdimporter.ReadPackage(i.context, i.made, pkgbits.NewPkgDecoder(path, data)), nil
}

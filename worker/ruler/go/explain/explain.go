//go:build compiler

package main

import (
	"bytes"
	"internal/buildcfg"
	"strings"

	"cmd/compile/internal/syntax"
	"cmd/compile/internal/types2"
)

// explain parses and checks as the compiler does and returns what it prints, or nothing.
func explain(request Request, packages *exports, language string) (text string) {
	// An internal error of the checker is the compiler's to report.
	defer func() {
		if recover() != nil {
			text = ""
		}
	}()
	said := &printer{}
	var files []*syntax.File
	for i, name := range request.Names {
		file := parse(name, request.Sources[i], said)
		if file == nil {
			return said.text()
		}
		files = append(files, file)
	}
	if said.syntaxErrors == 0 {
		check(files, packages, language, said)
	}
	return said.text()
}

func parse(name string, source []byte, said *printer) *syntax.File {
	report := func(err error) {
		one := err.(syntax.Error)
		said.errorAt(one.Pos, one.Msg)
	}
	// What directives mean depends on much else in the compiler.
	directive := func(_ syntax.Pos, _ bool, _ string, _ syntax.Pragma) syntax.Pragma {
		said.unsure = true
		return nil
	}
	base := syntax.NewFileBase(name)
	file, _ := syntax.Parse(base, bytes.NewReader(source), report, directive, syntax.CheckBranches)
	return file
}

func check(files []*syntax.File, packages *exports, language string, said *printer) {
	context := types2.NewContext()
	conf := types2.Config{
		Context:            context,
		GoVersion:          language,
		IgnoreBranchErrors: true, // the parser has found them
		Importer:           &importer{packages, context, map[string]*types2.Package{}, said},
		Sizes:              types2.SizesFor("gc", buildcfg.GOARCH),
		Error: func(err error) {
			one := err.(types2.Error)
			// The compiler adds a hint that depends on where the version was set.
			if strings.Contains(one.Msg, "requires go") {
				said.unsure = true
			}
			said.errorAt(one.Pos, one.Msg)
		},
	}
	info := &types2.Info{
		StoreTypesInSyntax: true,
		Defs:               map[*syntax.Name]types2.Object{},
		Uses:               map[*syntax.Name]types2.Object{},
		Selections:         map[*syntax.SelectorExpr]*types2.Selection{},
		Implicits:          map[syntax.Node]types2.Object{},
		Scopes:             map[syntax.Node]*types2.Scope{},
		Instances:          map[*syntax.Name]types2.Instance{},
		FileVersions:       map[*syntax.PosBase]string{},
	}
	_, _ = conf.Check("main", files, info)
}

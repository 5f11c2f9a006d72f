package check

import (
	"fmt"
	"go/ast"
	"go/doc"
	"go/types"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Suite is what `go test` would run of the tests' file.
type Suite struct {
	Tests    []string
	Fuzz     []string // their seeds run as tests
	Examples []Example
	Main     bool   // it declares TestMain
	Wrong    string // what the go command says of a function that is no test but has the name of one
}

// Example is an example function whose output is compared.
type Example struct {
	Name, Output string
	Unordered    bool
}

// Names are those whose completion a pass needs, in the order in which `go test` runs them.
func (s Suite) Names() []string {
	names := append([]string{}, s.Tests...)
	names = append(names, s.Fuzz...)
	for _, example := range s.Examples {
		names = append(names, example.Name)
	}
	return names
}

// FindSuite reads the suite off a program whose tests have a file of their own.
func FindSuite(c *Checked) (suite Suite) {
	file := c.Files[len(c.Files)-1].File
	for _, decl := range file.Decls {
		function, ok := decl.(*ast.FuncDecl)
		if !ok || function.Recv != nil {
			continue
		}
		switch name := function.Name.Name; {
		case name == "TestMain" && !takes(c, function, "T"):
			suite.Main = true
			suite.mustTake(c, function, "M")
		case isTest(name, "Test"):
			suite.Tests = append(suite.Tests, name)
			suite.mustTake(c, function, "T")
		case isTest(name, "Benchmark"):
			suite.mustTake(c, function, "B")
		case isTest(name, "Fuzz"):
			suite.Fuzz = append(suite.Fuzz, name)
			suite.mustTake(c, function, "F")
		}
	}
	for _, example := range doc.Examples(file) {
		if example.Output != "" || example.EmptyOutput {
			suite.Examples = append(suite.Examples, Example{"Example" + example.Name, example.Output, example.Unordered})
		}
	}
	return suite
}

// mustTake notes the first function whose signature is wrong for its name, in the go command's words.
func (s *Suite) mustTake(c *Checked, function *ast.FuncDecl, parameter string) {
	if s.Wrong != "" || takes(c, function, parameter) {
		return
	}
	name, place := function.Name.Name, c.Set.Position(function.Pos())
	why := fmt.Sprintf("must be: func %s(%s *testing.%s)", name, strings.ToLower(parameter), parameter)
	if function.Type.TypeParams.NumFields() > 0 {
		why = "test functions cannot have type parameters"
	}
	s.Wrong = fmt.Sprintf("%s:%d:%d: wrong signature for %s, %s", TestFile, place.Line, place.Column, name, why)
}

// HasMain says whether the program has a main, which is then its only test.
func HasMain(c *Checked) bool {
	_, ok := c.Package.Scope().Lookup("main").(*types.Func)
	return ok
}

// isTest is the go command's own rule: what follows the prefix must not begin in lower case.
func isTest(name, prefix string) bool {
	rest, ok := strings.CutPrefix(name, prefix)
	if !ok || rest == "" {
		return ok
	}
	first, _ := utf8.DecodeRuneInString(rest)
	return !unicode.IsLower(first)
}

// takes says whether the function's only parameter is a *testing.T, or whatever is asked for.
func takes(c *Checked, function *ast.FuncDecl, parameter string) bool {
	object, ok := c.Info.Defs[function.Name].(*types.Func)
	if !ok {
		return false
	}
	signature := object.Signature()
	if signature.Params().Len() != 1 || signature.Results().Len() != 0 || signature.TypeParams().Len() != 0 {
		return false
	}
	pointer, ok := types.Unalias(signature.Params().At(0).Type()).(*types.Pointer)
	return ok && types.Unalias(pointer.Elem()).String() == "testing."+parameter
}

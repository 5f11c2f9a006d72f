package lean

import (
	"go/ast"
	"slices"
	"strconv"
	"strings"
)

// Package is what lean testify replaces.
const Package = "github.com/stretchr/testify/assert"

// Archive is where set-up leaves lean testify: beside the whole, under an ending that no import path leads to.
func Archive(whole string) string { return strings.TrimSuffix(whole, ".a") + ".lean" }

// With these a program can tell testify's missing functions from its own: by their names, by counting or naming
// methods through reflection, through a package that calls methods by name, or by using what they use.
var (
	tellingNames    = []string{leftOut, "Method", "CallersFrames"}
	tellingPackages = append([]string{
		"text/template", "html/template", "net/rpc", "github.com/stretchr/testify/require",
		// The hash functions of net/http's TLS enter themselves in these.
		"crypto", "crypto/ecdsa", "crypto/ed25519", "crypto/rsa", "crypto/tls", "crypto/x509",
	}, leftImports...)
)

// Fits says whether the program means the same with lean testify; one without testify does.
func Fits(files ...*ast.File) bool {
	usesTestify := false
	for _, file := range files {
		for _, spec := range file.Imports {
			path, err := strconv.Unquote(spec.Path.Value)
			if err != nil || slices.Contains(tellingPackages, path) {
				return false
			}
			usesTestify = usesTestify || path == Package
		}
	}
	return !usesTestify || !slices.ContainsFunc(files, names)
}

func names(file *ast.File) (found bool) {
	ast.Inspect(file, func(node ast.Node) bool {
		if ident, ok := node.(*ast.Ident); ok {
			found = found || slices.ContainsFunc(tellingNames, func(part string) bool {
				return strings.Contains(ident.Name, part)
			})
		}
		return !found
	})
	return found
}

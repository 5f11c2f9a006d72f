package front

import (
	"go/token"
	"slices"

	"golang.org/x/tools/fiximports"

	"tekhne/ruler/assemble"
	"tekhne/ruler/check"
)

// specs is a list of imports of one file, or of a whole program.
type specs []assemble.Import

func same(spec assemble.Import) func(assemble.Import) bool {
	return func(other assemble.Import) bool { return spec.Name == other.Name && spec.Path == other.Path }
}

// once is the list without repetitions.
func (s specs) once() (list specs) {
	for _, spec := range s {
		if !slices.ContainsFunc(list, same(spec)) {
			list = append(list, spec)
		}
	}
	return list
}

// offering adds those of others that are named before a dot in the text, unless the list already has their name; and of
// imports without a name those of which the text takes something, for Go refuses one that is not used.
func (s specs) offering(others specs, text string, exports func(path, symbol string) bool) specs {
	named := assemble.Selected(text)
	list := slices.Clone(s)
	for _, spec := range others {
		name := localName(spec)
		taken := slices.ContainsFunc(list, func(has assemble.Import) bool { return localName(has) == name })
		if name == "." {
			taken = !slices.ContainsFunc(assemble.Free(text), func(symbol string) bool { return exports(spec.Path, symbol) })
		}
		if !taken && (named[name] || name == ".") {
			list = append(list, spec)
		}
	}
	return list
}

// localName is the name by which the file knows the package.
func localName(spec assemble.Import) string {
	if spec.Name != "" {
		return spec.Name
	}
	return fiximports.PackageName(spec.Path)
}

// fixed is the list as goimports would have it for a file. Names in declared are the program's own: no package is
// looked for under them.
func (s specs) fixed(file func([]assemble.Import) string, known fiximports.Known, declared map[string]bool) specs {
	changes, err := fiximports.Changes(check.TestFile, []byte(file(s)), known)
	if err != nil {
		return s // it does not parse
	}
	list := slices.Clone(s)
	for _, change := range changes {
		spec := assemble.Import{Name: change.Name, Path: change.Path}
		switch {
		case !change.Add:
			list = slices.DeleteFunc(list, same(spec))
		case !declared[localName(spec)]:
			list = append(list, spec)
		}
	}
	return list
}

// asWritten are the imports that a harness of one file would give: the set-up's, the prompt's and the answer's. A prompt
// that opens a package is a file's beginning, from which the set-up was taken: its imports stand there once.
func asWritten(given, own specs, prompt string) specs {
	if !assemble.OpensPackage(prompt) {
		return slices.Concat(given, own)
	}
	isPrompts := func(spec assemble.Import) bool { return spec.Origin == assemble.Prompt }
	prompts := slices.DeleteFunc(slices.Clone(own), func(spec assemble.Import) bool { return !isPrompts(spec) })
	return append(slices.Concat(given, prompts).once(), slices.DeleteFunc(slices.Clone(own), isPrompts)...)
}

// sameAs says whether two lists hold the same imports, neither of them one twice.
func (s specs) sameAs(other specs) bool {
	return len(s) == len(other) && !slices.ContainsFunc(s, func(spec assemble.Import) bool {
		return !slices.ContainsFunc(other, same(spec))
	})
}

// consistent says whether no name stands for two packages.
func (s specs) consistent() bool {
	names := map[string]string{}
	for _, spec := range s {
		name := localName(spec)
		if path, taken := names[name]; taken && path != spec.Path && name != "_" && token.IsIdentifier(name) {
			return false
		}
		names[name] = spec.Path
	}
	return true
}

// delta lists the import paths that only one of two lists has.
func delta(before, after specs) (added, removed []string) {
	has := func(list specs, path string) bool {
		return slices.ContainsFunc(list, func(s assemble.Import) bool { return s.Path == path })
	}
	for _, spec := range after {
		if !has(before, spec.Path) && !slices.Contains(added, spec.Path) {
			added = append(added, spec.Path)
		}
	}
	for _, spec := range before {
		if !has(after, spec.Path) && !slices.Contains(removed, spec.Path) {
			removed = append(removed, spec.Path)
		}
	}
	return added, removed
}

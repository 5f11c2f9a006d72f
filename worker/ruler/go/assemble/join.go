package assemble

import (
	"go/token"
	"slices"
)

// found is a declaration elsewhere in the completion.
type found struct {
	declared
	of     window // the code that it stands in
	offset int    // of its text in the completion
}

// join adds what the answer names and does not declare, but other code of the same completion does: helpers, types and
// their methods, and the imports that they and the answer need.
func (a *assembler) join(answer choice) {
	for _, w := range answer.outside() {
		a.joinImports(answer.window, w, headerOf(a.text[w.start:w.end], Candidate))
	}
	for _, f := range a.joined {
		start := commentsBefore(a.text, f.of.start, f.offset+f.start)
		a.add("", 0, "\n\n")
		a.add(Candidate, start, a.text[start:f.offset+f.end])
		a.note("Joined " + f.names[0].name + " from another part of the answer.")
		a.joinImports(window{start, f.offset + f.end}, f.of, headerOf(a.text[f.of.start:f.of.end], Candidate))
	}
}

// outside are the windows of other code than the answer's own.
func (c choice) outside() (windows []window) {
	for _, w := range c.others {
		if w.start < c.start || c.end < w.end {
			windows = append(windows, w)
		}
	}
	return windows
}

// offered are the declarations outside of the answer.
func (a *assembler) offered(answer choice) (list []found) {
	for _, w := range answer.outside() {
		text := a.text[w.start:w.end]
		rest := headerOf(text, Candidate).rest
		for _, d := range topLevel(text[rest:]) {
			list = append(list, found{d, w, w.start + rest})
		}
	}
	return list
}

// lacking chooses the declarations to join, each once; of several with the same name the last.
func (a *assembler) lacking(main window, offered []found) (taken []found) {
	text := a.text[main.start:main.end]
	own := namesOf(text[headerOf(text, Candidate).rest:])
	given := map[string]bool{} // types of the prompt, of which the answer may bring its own
	for _, d := range topLevel(a.open.head[a.prompt.rest:]) {
		if name := d.names[0].name; d.ofType {
			given[name] = true
		} else {
			own[name] = own[name] || !d.stub
		}
	}
	own[a.item.Entry] = own[a.item.Entry] || continuesBody(text)
	needed := identifiers(text)
	for _, name := range a.wanted {
		needed[name]++
	}
	slices.Reverse(offered)
	for i := 0; i < len(offered); i++ {
		f := offered[i]
		ofType := given[f.receiver] && !own[f.names[0].name]
		if f.test != "" || !f.lacks(own, needed) && !ofType && !a.prepares(f, taken) {
			continue
		}
		for _, n := range f.names {
			own[n.name] = true
		}
		for name, count := range identifiers(a.text[f.offset+f.start : f.offset+f.end]) {
			needed[name] += count
		}
		taken = append(taken, f)
		i = -1 // what it names may have been passed by
	}
	return taken
}

// prepares says whether a declaration is an init that speaks of what is joined, and has not been taken yet.
func (a *assembler) prepares(f found, taken []found) bool {
	itself := func(t found) bool { return t.offset+t.start == f.offset+f.start }
	if !f.isInit() || slices.ContainsFunc(taken, itself) {
		return false
	}
	speaks := identifiers(a.text[f.offset+f.start : f.offset+f.end])
	return slices.ContainsFunc(taken, func(t found) bool {
		return slices.ContainsFunc(t.names, func(n named) bool { return n.name != "init" && speaks[n.name] > 0 })
	})
}

func (f found) isInit() bool { return f.function && f.names[0].name == "init" }

// lacks says whether one of a declaration's names is needed and not there; a method is needed with its type.
func (f found) lacks(own map[string]bool, needed map[string]int) bool {
	if f.isInit() {
		return false
	}
	for _, n := range f.names {
		if own[n.name] {
			return false
		}
	}
	if f.receiver != "" {
		return own[f.receiver] || needed[f.receiver] > 0
	}
	return slices.ContainsFunc(f.names, func(n named) bool { return needed[n.name] > 0 })
}

// joinImports takes those imports of other code that a part of the answer names before a dot.
func (a *assembler) joinImports(part, other window, head header) {
	selected := Selected(a.text[part.start:part.end])
	for _, spec := range head.imports {
		spec.Offset += other.start
		has := slices.ContainsFunc(a.out.Imports, func(i Import) bool { return i.local() == spec.local() })
		if !has && selected[spec.local()] {
			a.out.Imports = append(a.out.Imports, spec)
		}
	}
}

// hoistImports moves imports that stand behind other declarations to the file's beginning.
func (a *assembler) hoistImports(w window) {
	lexemes, depth := lex(a.text[w.start:w.end]), 0
	for i, l := range lexemes {
		if depth += l.nesting(); depth != 0 || l.kind != token.IMPORT || !startsCodeLine(a.text[w.start+l.offset:w.end]) {
			continue
		}
		specs, next, ok := importSpecs(lexemes, i+1)
		if !ok {
			continue
		}
		for _, spec := range specs {
			spec.Origin = Candidate
			spec.Offset += w.start
			a.out.Imports = append(a.out.Imports, spec)
		}
		a.text = blanked(a.text, window{w.start + l.offset, w.start + lexemes[next-1].end})
	}
}

//go:build compiler

package main

import (
	"fmt"
	"slices"
	"strings"

	"cmd/compile/internal/syntax"
	"cmd/internal/src"
)

// mostErrors is how many errors the compiler prints before it gives up.
const mostErrors = 10

// printer collects errors and prints them as the compiler does: sorted by place, one syntax error a line, nothing
// twice, ten at most. (cmd/compile/internal/base/print.go, whose state is one for a whole process.)
type printer struct {
	unsure       bool // only the compiler itself can say
	syntaxErrors int
	messages     []message
	tooMany      string
	lastSyntax   src.XPos
	last         message
	table        src.PosTable
	bases        map[*syntax.PosBase]*src.PosBase
}

type message struct {
	at   src.XPos
	text string
}

func (p *printer) errorAt(pos syntax.Pos, text string) {
	if p.tooMany != "" {
		return // the compiler has left
	}
	at := p.place(pos)
	if strings.HasPrefix(text, "syntax error") {
		p.syntaxErrors++
		if p.sameLine(p.lastSyntax, at) {
			return
		}
		p.lastSyntax = at
	} else {
		if p.sameLine(p.last.at, at) && p.last.text == text {
			return
		}
		p.last = message{at, text}
	}
	if !at.IsKnown() {
		p.unsure = true
		return
	}
	p.messages = append(p.messages, message{at, fmt.Sprintf("%s: %s\n", p.format(at), text)})
	if len(p.messages) >= mostErrors {
		p.tooMany = p.format(at) + ": too many errors\n"
	}
}

// text is what the compiler prints; nothing where that is not known.
func (p *printer) text() string {
	if p.unsure {
		return ""
	}
	slices.SortStableFunc(p.messages, func(a, b message) int {
		switch {
		case a.at.Before(b.at):
			return -1
		case b.at.Before(a.at):
			return 1
		}
		return 0
	})
	var out strings.Builder
	for i, m := range p.messages {
		if i == 0 || m.text != p.messages[i-1].text {
			out.WriteString(m.text)
		}
	}
	return out.String() + p.tooMany
}

func (p *printer) format(at src.XPos) string { return p.table.Pos(at).Format(true, false) }

func (p *printer) sameLine(a, b src.XPos) bool {
	x, y := p.table.Pos(a), p.table.Pos(b)
	return x.Base() == y.Base() && x.Line() == y.Line()
}

// place is the position in the form by which the compiler sorts: files in the order in which they are met.
func (p *printer) place(pos syntax.Pos) src.XPos {
	if !pos.IsKnown() {
		return src.NoXPos
	}
	return p.table.XPos(src.MakePos(p.base(pos.Base()), pos.Line(), pos.Col()))
}

func (p *printer) base(of *syntax.PosBase) *src.PosBase {
	if known, ok := p.bases[of]; ok {
		return known
	}
	name := of.Filename()
	made := src.NewFileBase(name, name)
	if !of.IsFileBase() {
		start := of.Pos()
		from := src.MakePos(p.base(start.Base()), start.Line(), start.Col())
		made = src.NewLinePragmaBase(from, name, name, of.Line(), of.Col())
	}
	if p.bases == nil {
		p.bases = map[*syntax.PosBase]*src.PosBase{}
	}
	p.bases[of] = made
	return made
}

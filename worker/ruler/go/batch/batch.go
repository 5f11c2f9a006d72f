// Package batch takes a batch of candidates to their verdicts: read each, compile the survivors together, link
// once, run each in a process of its own. It judges one batch at a time; other cores have zones of their own.
package batch

import (
	"os"
	"syscall"

	"tekhne/ruler/front"
	"tekhne/ruler/wire"
)

// program is one program on its way to a verdict.
type program struct {
	item       int
	number     int // its own within the batch
	mainPanics bool
	began      bool // it came to the harness when it was last run
	variant    *front.Variant
	result     *wire.Result
}

// ownMain says whether the tests bring a main of their own: TestMain, whose exit code is theirs.
func (p *program) ownMain() bool { return p.variant.Suite.Main }

// sharedSize is how many programs one package holds: more save little, and lose more where one breaks it.
const sharedSize = 48

// entry is one item's answer, and how many of its programs are still on their way.
type entry struct {
	answer  *wire.Answer
	pending int
}

type judging struct {
	*Zone
	entries []entry
	retakes int
	send    func(*wire.Answer)
}

// Judge takes a batch to its verdicts; answers are sent as they are ready.
func (z *Zone) Judge(b wire.Batch, send func(*wire.Answer)) {
	j := &judging{Zone: z, entries: make([]entry, len(b.Items)), retakes: b.Retakes, send: send}
	var survivors []*program
	for i, item := range b.Items {
		survivors = append(survivors, j.sift(i, j.read(i, item, len(b.Items), b.Legacy))...)
	}
	j.execute(survivors)
}

// readItem is one item that was read and not judged yet.
type readItem struct {
	answer   *wire.Answer
	programs []*program
}

// Read answers with each item's programs and remembers them for JudgeRead.
func (z *Zone) Read(b wire.Batch, send func(*wire.Answer)) {
	j := &judging{Zone: z, entries: make([]entry, len(b.Items))}
	z.remembered = make([]readItem, len(b.Items))
	for i, item := range b.Items {
		programs := j.read(i, item, len(b.Items), b.Legacy)
		z.remembered[i] = readItem{j.entries[i].answer, programs}
		send(z.remembered[i].answer)
	}
}

// JudgeRead takes the chosen of the remembered items to their verdicts.
func (z *Zone) JudgeRead(chosen []int, retakes int, send func(*wire.Answer)) {
	j := &judging{Zone: z, entries: make([]entry, len(z.remembered)), retakes: retakes, send: send}
	var survivors []*program
	for _, i := range chosen {
		read := z.remembered[i]
		j.entries[i] = entry{read.answer, len(read.programs)}
		survivors = append(survivors, j.sift(i, read.programs)...)
	}
	j.execute(survivors)
}

// sift refuses the programs of an item that reading found fault with, and returns the others. An item without
// programs could not be read: its answer is complete.
func (j *judging) sift(item int, programs []*program) (survivors []*program) {
	if len(programs) == 0 {
		j.send(j.entries[item].answer)
	}
	for _, p := range programs {
		if p.variant.State == front.Good {
			survivors = append(survivors, p)
			continue
		}
		j.refuse(p)
		j.finish(p)
	}
	return survivors
}

// read makes an item's programs; of one that cannot be read it completes the answer.
func (j *judging) read(i int, item wire.Item, stride int, legacy bool) []*program {
	answer := &wire.Answer{Index: i}
	reply, trouble := j.Zone.read(item, i, legacy)
	if trouble != "" {
		answer.Shape = wire.Fragment
		answer.Fixed = &wire.Result{Verdict: trouble, Stage: wire.AtCheck, Message: troubleWords[trouble], Program: item.Completion}
		j.entries[i] = entry{answer: answer}
		return nil
	}
	answer.Shape, answer.Notes, answer.Dropped, answer.LegacyCut = reply.Shape, reply.Notes, reply.Dropped, reply.LegacyCut
	answer.Added, answer.Removed = reply.Added, reply.Removed
	programs := []*program{j.program(i, i, item, &reply.Fixed, &answer.Fixed)}
	if reply.Raw != nil {
		programs = append(programs, j.program(i, stride+i, item, reply.Raw, &answer.Raw))
	}
	if reply.Legacy != nil {
		programs = append(programs, j.program(i, 2*stride+i, item, reply.Legacy, &answer.Legacy))
	}
	j.entries[i] = entry{answer, len(programs)}
	return programs
}

var troubleWords = map[wire.Verdict]string{
	wire.TimeoutCompile: "Reading the program took too long.",
	wire.Memory:         "Reading the program took too much memory.",
	wire.SandboxError:   "The program could not be read: the sandbox failed.",
}

func (j *judging) program(item, number int, of wire.Item, v *front.Variant, slot **wire.Result) *program {
	result := &wire.Result{Program: v.Side, Named: v.Tests}
	*slot = result
	// Names in a shared package end in the item's number: a second program of the same item needs its own package.
	if number != item {
		v.Shared = nil
	}
	return &program{item: item, number: number, mainPanics: of.Harness == wire.MainPanics, variant: v, result: result}
}

// finish counts a program as done and sends the item's answer with its last one.
func (j *judging) finish(p *program) {
	e := &j.entries[p.item]
	if e.pending--; e.pending == 0 {
		j.send(e.answer)
		e.answer = nil
	}
}

// refuse gives the verdict on a program that does not survive reading; the compiler says why in its own words.
func (j *judging) refuse(p *program) {
	v, result := p.variant, p.result
	result.Message = v.Message
	switch v.State {
	case front.Vetted:
		result.Decide(wire.Vet, wire.AtVet)
	case front.Hollow:
		result.Decide(wire.Vacuous, wire.AtCheck)
	case front.Unknown:
		result.Decide(wire.Import, wire.AtImports)
	case front.Unfit:
		result.Decide(wire.Type, wire.AtCheck)
	case front.Denied:
		result.Decide(wire.Type, wire.AtCheck)
		if v.Import {
			result.Decide(wire.Import, wire.AtImports)
		}
	default:
		j.explain(p)
		return
	}
	ofCompilerPlace(result)
}

func ofCompilerPlace(result *wire.Result) {
	result.Message = trimmed(result.Message)
	place(result)
}

// closeProgram closes a binary and removes it from the zone's memory.
func (j *judging) closeProgram(fd int, path string) {
	syscall.Close(fd)
	_ = os.Remove(path)
}

package batch

import (
	"fmt"
	"time"

	"tekhne/ruler/cell"
	"tekhne/ruler/front"
	"tekhne/ruler/wire"
)

// question and words are explain.Request and explain.Reply, whose package only the compiler's own tree can hold.
type question struct {
	Names   []string
	Sources [][]byte
}

type words struct {
	Text   string
	Memory int64
}

// explain has the compiler say what is wrong: its parser and checker in the explainer where that will do, which takes
// a tenth of the time, and else the compiler as it is.
func (j *judging) explain(p *program) {
	name := j.fresh("e")
	if said := j.askExplainer(p, name); said != "" {
		ofCompiler(p.result, said, p.variant.State == front.Broken, p.variant.Import)
		return
	}
	files, err := j.writeFiles(name, p.variant.Files)
	if err != nil {
		p.result.Fail(wire.SandboxError, wire.AtCompile, err.Error())
		return
	}
	// Not to /dev/null: a compiler that fails removes its output, and a root without a sandbox really would.
	done := j.compile("main", j.path(name+".a"), full, files)
	j.remove(append(files, name+".a")...)
	p.result.CPU, p.result.Wall, p.result.Memory = done.usage.CPU.Seconds(), done.usage.Wall.Seconds(), done.usage.Memory
	if ofTool(p.result, done.usage, done.text, wire.AtCompile) {
		return
	}
	ofCompiler(p.result, done.text, p.variant.State == front.Broken, p.variant.Import)
}

// askExplainer returns nothing where it does not know, or where it died of the program: then the compiler is asked,
// under the same limits, and what that comes to is the verdict.
func (j *judging) askExplainer(p *program, name string) string {
	if j.Explain < 0 {
		return ""
	}
	if j.explainer == nil {
		started, err := j.startHelper(j.Explain, "explain", j.Std, j.Language)
		if err != nil {
			return ""
		}
		j.explainer = started
	}
	var asked question
	for i, text := range p.variant.Files {
		asked.Names = append(asked.Names, fmt.Sprintf("%s_%d.go", name, i))
		asked.Sources = append(asked.Sources, text)
	}
	began, used := time.Now(), cell.CPUTime(j.explainer.pid)
	var reply words
	if trouble := j.ask(j.explainer, asked, &reply); trouble != "" {
		j.explainer.stop()
		j.explainer = nil
		return ""
	}
	if reply.Text != "" {
		spent := cell.CPUTime(j.explainer.pid) - used
		p.result.CPU, p.result.Wall, p.result.Memory = spent.Seconds(), time.Since(began).Seconds(), reply.Memory
	}
	return reply.Text
}

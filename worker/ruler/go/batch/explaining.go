package batch

import (
	"os"
	"time"

	"tekhne/ruler/cell"
	"tekhne/ruler/front"
	"tekhne/ruler/wire"
)

// question and words are explain.Request and explain.Reply, whose package only the compiler's own tree can hold.
type question struct {
	Name   string
	Source []byte
}

type words struct {
	Text   string
	Memory int64
}

// explain has the compiler say what is wrong: its parser and checker in the explainer where that will do, which takes
// a tenth of the time, and else the compiler as it is.
func (j *judging) explain(p *program) {
	name := j.fresh("e")
	file := name + ".go"
	if said := j.askExplainer(p, file); said != "" {
		ofCompiler(p.result, said, p.variant.State == front.Broken, p.variant.Import)
		return
	}
	if err := os.WriteFile(j.path(file), p.variant.Source, 0o644); err != nil {
		p.result.Fail(wire.SandboxError, wire.AtCompile, err.Error())
		return
	}
	// Not to /dev/null: a compiler that fails removes its output, and a root without a sandbox really would.
	done := j.compile("main", j.path(name+".a"), full, []string{file})
	j.remove(file, name+".a")
	p.result.CPU, p.result.Wall, p.result.Memory = done.usage.CPU.Seconds(), done.usage.Wall.Seconds(), done.usage.Memory
	if ofTool(p.result, done.usage, done.text, wire.AtCompile) {
		return
	}
	ofCompiler(p.result, done.text, p.variant.State == front.Broken, p.variant.Import)
}

// askExplainer returns nothing where it does not know, or where it died of the program: then the compiler is asked,
// under the same limits, and what that comes to is the verdict.
func (j *judging) askExplainer(p *program, file string) string {
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
	began, used := time.Now(), cell.CPUTime(j.explainer.pid)
	var reply words
	if trouble := j.ask(j.explainer, question{file, p.variant.Source}, &reply); trouble != "" {
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

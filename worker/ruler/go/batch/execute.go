package batch

import (
	"os"
	"slices"
	"strings"

	"tekhne/ruler/wire"
)

func trimmed(text string) string { return strings.TrimRight(text, "\n") }

// execute compiles, links and runs programs: those that may share a binary together, the others each alone.
func (j *judging) execute(programs []*program) {
	var sharing, together, alone []*program
	for _, p := range programs {
		switch {
		case p.variant.Alone:
			alone = append(alone, p)
		case p.variant.Shared == nil:
			together = append(together, p)
		default:
			sharing = append(sharing, p)
		}
	}
	thinner := func(p *program) bool { return p.variant.Lean }
	fat := func(p *program) bool { return !p.variant.Lean }
	if len(programs) == 1 {
		sharing, together = nil, append(together, sharing...)
	}
	units := j.sharedUnits(only(sharing, thinner), &together)
	units = append(units, j.sharedUnits(only(sharing, fat), &together)...)
	for _, p := range together {
		if u := j.ownUnit(p, len(programs) == 1); u != nil {
			units = append(units, u)
		}
	}
	for _, packages := range []string{thin, full} {
		j.runUnits(only(units, func(u *unit) bool { return u.packages == packages }))
	}
	for _, p := range alone {
		if u := j.ownUnit(p, true); u != nil {
			j.runUnits([]*unit{u})
		}
	}
}

func only[T any](all []T, wanted func(T) bool) []T {
	return slices.DeleteFunc(slices.Clone(all), func(one T) bool { return !wanted(one) })
}

// sharedUnits compiles programs many to a package. A package that breaks gives its programs back, to be compiled
// one by one.
func (j *judging) sharedUnits(programs []*program, back *[]*program) []*unit {
	var units []*unit
	for len(programs) > 0 {
		size := min(len(programs), sharedSize)
		u := unitOf(true, programs[:size]...)
		programs = programs[size:]
		done := j.compileUnit(u)
		if !done.ok {
			*back = append(*back, u.programs...)
			continue
		}
		u.charge(done)
		units = append(units, u)
	}
	return units
}

func (u *unit) charge(done built) {
	cpu, wall := share(done.usage, len(u.programs))
	for _, p := range u.programs {
		p.result.CPU += cpu.Seconds()
		p.result.Wall += wall.Seconds()
	}
}

// ownUnit compiles one program in a package of its own, and where it is linked alone as the main package; nil where the
// compiler refuses it, which is its verdict.
func (j *judging) ownUnit(p *program, alone bool) *unit {
	u := unitOf(false, p)
	if alone {
		u = u.alone()
	}
	done := j.compileUnit(u)
	if done.ok {
		u.charge(done)
		return u
	}
	if p.variant.Lean {
		return j.ownFatUnit(p, alone)
	}
	p.result.CPU, p.result.Wall, p.result.Memory = done.usage.CPU.Seconds(), done.usage.Wall.Seconds(), done.usage.Memory
	if done.err != nil {
		p.result.Fail(wire.SandboxError, wire.AtCompile, done.err.Error())
	} else if !ofTool(p.result, done.usage, done.text, wire.AtCompile) {
		ofCompiler(p.result, done.text, false, false)
		p.result.Stage = wire.AtCompile
	}
	j.finish(p)
	return nil
}

// ownFatUnit: what lean testify refuses is refused only if the whole one does so as well.
func (j *judging) ownFatUnit(p *program, alone bool) *unit {
	p.variant.Lean = false
	return j.ownUnit(p, alone)
}

// runUnits links the units once and runs their programs. If they do not link together, each is linked alone.
func (j *judging) runUnits(units []*unit) {
	if len(units) == 0 {
		return
	}
	path, done := j.link(units)
	if !done.ok && len(units) > 1 {
		for _, u := range units {
			j.runUnits([]*unit{u})
		}
		return
	}
	for _, u := range units {
		_ = os.Remove(u.archive)
	}
	if !done.ok {
		j.refuseLink(units[0], done)
		return
	}
	j.runPrograms(path, units, done)
}

// refuseLink: a shared package that does not link is taken apart; a program alone gets its verdict.
func (j *judging) refuseLink(u *unit, done built) {
	for _, p := range u.programs {
		if u.shared || p.variant.Lean {
			if own := j.ownFatUnit(p, true); own != nil {
				j.runUnits([]*unit{own})
			}
			continue
		}
		if done.err != nil {
			p.result.Fail(wire.SandboxError, wire.AtLink, done.err.Error())
		} else if !ofTool(p.result, done.usage, done.text, wire.AtLink) {
			ofCompiler(p.result, done.text, false, false)
			p.result.Stage = wire.AtLink
		}
		j.finish(p)
	}
}

func (j *judging) runPrograms(path string, units []*unit, done built) {
	binary, err := openProgram(path)
	total := 0
	for _, u := range units {
		total += len(u.programs)
	}
	linkCPU, linkWall := share(done.usage, total)
	var suspects []*program
	for _, u := range units {
		for _, p := range u.programs {
			building, waiting := p.result.CPU+linkCPU.Seconds(), p.result.Wall+linkWall.Seconds()
			if err != nil {
				p.result.Fail(wire.SandboxError, wire.AtLink, err.Error())
			} else if total > 1 && j.suspicious(p, binary) {
				suspects = append(suspects, p)
				continue
			} else {
				j.take(p, binary)
			}
			p.result.CPU += building
			p.result.Wall += waiting
			j.finish(p)
		}
	}
	j.closeProgram(binary, path)
	for _, p := range suspects {
		p.result.Verdict, p.result.CPU, p.result.Wall = "", 0, 0
		if own := j.ownUnit(p, true); own != nil {
			j.runUnits([]*unit{own})
		}
	}
}

// suspicious runs a program of a shared binary and says whether its neighbours may be to blame for what came of it: it
// did not begin, or it ran out of memory, to which all that is loaded counts.
func (j *judging) suspicious(p *program, binary int) bool {
	j.once(p, binary)
	return !p.began || p.result.Verdict == wire.Memory
}

// take runs a program, again where the sandbox failed, and as often as retakes are wanted: if they disagree, the
// program is flaky.
func (j *judging) take(p *program, binary int) {
	if p.result.Verdict == "" {
		j.once(p, binary)
	}
	if p.result.Verdict == wire.SandboxError {
		j.once(p, binary)
	}
	first := *p.result
	for range j.retakes {
		j.once(p, binary)
		if p.result.Verdict != first.Verdict && p.result.Verdict != wire.SandboxError {
			message := "Taken again it came out " + string(p.result.Verdict) + ", first " + string(first.Verdict) + ".\n"
			p.result.Message = message + p.result.Message + first.Message
			p.result.Verdict = wire.Flaky
			return
		}
	}
	*p.result = first
}

func (j *judging) once(p *program, binary int) {
	r := j.run(binary, p)
	p.began = r.ready
	j.ofRun(p.result, r, p)
}

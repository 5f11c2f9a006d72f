package batch

import (
	"regexp"
	"strconv"
	"strings"
	"syscall"

	"tekhne/ruler/cell"
	"tekhne/ruler/merge"
	"tekhne/ruler/wire"
)

var (
	folder      = regexp.MustCompile(`(?m)(?:[\w./@-]*/)?\b(candidate_test|candidate|prompt|header)\.go:`)
	actualPlace = regexp.MustCompile(`\[[pe]\d+(?:_\w+)?\.go:\d+:\d+\]`)
	packageName = regexp.MustCompile(`\btekhne/p\d+\.`)
	glueNames   = regexp.MustCompile(`\bTekhne_[a-z2-7]{26}_`)
	firstPlace  = regexp.MustCompile(`(?m)^(?:# .*\n)*(candidate_test|candidate|prompt|header)\.go:(\d+)(?::(\d+))?`)
	panicPlace  = regexp.MustCompile(`\bcandidate\.go:(\d+)`)
	firstFrame  = regexp.MustCompile(`(?m)^\t(candidate_test|candidate|prompt)\.go:\d+`)
	died        = regexp.MustCompile(`(?m)^(panic: |fatal error: )`)
	outOfMemory = regexp.MustCompile(`(?m)^(fatal error: |runtime: ).*(out of memory|cannot allocate memory)`)
	noThread    = regexp.MustCompile(`(?m)^runtime: failed to create new OS thread .*errno=12\b`)
	runtimeFell = regexp.MustCompile(`(?m)^SIGSEGV: segmentation violation\nPC=`)
	toolsMemory = regexp.MustCompile(`out of memory|cannot allocate memory`)
)

// tidy shows names and places as the candidate wrote them.
func tidy(text string) string {
	text = actualPlace.ReplaceAllString(text, "")
	text = folder.ReplaceAllString(text, "$1.go:")
	text = packageName.ReplaceAllString(text, "main.")
	text = glueNames.ReplaceAllString(text, "tekhne_")
	return merge.Restore(text)
}

// messageSize is how much of a program's output is kept for people.
const messageSize = 32 << 10

// shorten leaves out the middle of a long text.
func shorten(text string) string {
	if len(text) <= messageSize {
		return text
	}
	return text[:messageSize/2] + "\n[…]\n" + text[len(text)-messageSize/2:]
}

// ofCompiler is the verdict on a program that the compiler refused.
func ofCompiler(result *wire.Result, text string, syntax, imports bool) {
	result.Message = strings.TrimRight(tidy(text), "\n")
	result.Decide(wire.Type, wire.AtCheck)
	switch {
	case syntax:
		result.Decide(wire.Syntax, wire.AtParse)
	case imports:
		result.Decide(wire.Import, wire.AtImports)
	case strings.Contains(text, ": syntax error: "):
		result.Decide(wire.Syntax, wire.AtParse)
	}
	place(result)
}

// ofTool is the verdict on a program at which the compiler itself failed; ok is false if it did not.
func ofTool(result *wire.Result, usage cell.Usage, text string, stage wire.Stage) bool {
	switch {
	case usage.Stopped:
		result.Verdict, result.Message = wire.TimeoutCompile, "The compiler did not finish in its time."
	case toolsMemory.MatchString(text):
		result.Verdict, result.Message = wire.Memory, "The compiler ran out of memory."
	case usage.Status.Signaled() && usage.Status.Signal() == syscall.SIGKILL:
		result.Verdict, result.Message = wire.SandboxError, "The compiler was killed from outside."
	case usage.Status.ExitStatus() == 125:
		result.Verdict, result.Message = wire.SandboxError, "The compiler could not be started."
	default:
		return false
	}
	result.Stage = stage
	return true
}

// place reads line and column off the first message, where that lies in the candidate.
func place(result *wire.Result) {
	match := firstPlace.FindStringSubmatch(result.Message)
	if match == nil || match[1] != "candidate" {
		return
	}
	result.Line, _ = strconv.Atoi(match[2])
	result.Column, _ = strconv.Atoi(match[3])
}

// ofRun is the verdict on an execution.
func (z *Zone) ofRun(result *wire.Result, r ran, p *program) {
	result.Stage = wire.AtRun
	result.Message = shorten(strings.TrimRight(tidy(r.output), "\n"))
	result.CPU, result.Wall, result.Memory = r.usage.CPU.Seconds(), r.usage.Wall.Seconds(), r.usage.Memory
	result.Completed = nil
	for _, name := range result.Named {
		// A test that panics leaves a record too, on its way out: it did not complete.
		if r.states[name] == "pass" || r.states[name] == "skip" || r.states[name] == "fail" && (r.end != "" || r.finished) {
			result.Completed = append(result.Completed, name)
		}
	}
	result.Verdict = z.classOf(result, r, p)
	z.deny(result, r)
	if result.Verdict == wire.Panic {
		if match := panicPlace.FindStringSubmatch(result.Message); match != nil {
			result.Line, _ = strconv.Atoi(match[1])
		}
	}
}

func (z *Zone) classOf(result *wire.Result, r ran, p *program) wire.Verdict {
	status := r.usage.Status
	switch {
	case r.err != nil:
		result.Message = "The sandbox failed: " + r.err.Error()
		return wire.SandboxError
	case r.usage.Stopped || status.Signaled() && r.usage.CPU >= r.usage.CPULimit:
		return wire.TimeoutRun
	case uint64(r.written) >= z.Limits.Output:
		return wire.Output
	case r.end == "ok":
		return passedOrVacuous(result, r)
	case r.end == "fail":
		return wire.Assertion
	case z.ranOutOfMemory(r) || !r.ready && status.Signaled() && status.Signal() != syscall.SIGKILL:
		return wire.Memory // the second: its data alone, before it runs, is more than the limit
	case !r.ready:
		result.Message = "The sandbox could not start the program."
		return wire.SandboxError
	case status.Signaled() && status.Signal() == syscall.SIGKILL:
		result.Message = "The program was killed from outside the sandbox."
		return wire.SandboxError
	case r.finished && status.Exited() && status.ExitStatus() == 0 && p.ownMain():
		return passedOrVacuous(result, r)
	case p.ownMain() && status.Exited() && status.ExitStatus() != 0 && !died.MatchString(r.output):
		return wire.Assertion // TestMain's own exit code
	case status.Exited() && status.ExitStatus() == 0 && r.started:
		result.Message += "\npanic: unexpected call to os.Exit(0) during test"
		return wire.Vacuous
	case status.Exited() && status.ExitStatus() == 0:
		result.Message += "\nThe program ended by itself before its tests did."
		return wire.Vacuous
	case p.mainPanics && testsPanicked(result.Message):
		result.Completed = result.Named
		return wire.Assertion
	}
	return wire.Panic
}

// ranOutOfMemory: Go says so, or its own collector fell over what it was not given, which Go 1.27's does now and then:
// no panic of the program's is reported with a program counter, and its memory was near the limit.
func (z *Zone) ranOutOfMemory(r ran) bool {
	full := uint64(r.usage.Memory) >= z.Limits.RunMemory*3/4
	return outOfMemory.MatchString(r.output) || noThread.MatchString(r.output) || full && runtimeFell.MatchString(r.output)
}

// outside are the words of Go's own packages for what is not there: other programs, the world, the machine's files, and
// room for more than a folder may hold.
var outside = regexp.MustCompile(`executable file not found in \$PATH|network is unreachable|: lookup \S+( on \S+)?: .*|` +
	`\w+ /(?:proc|sys|dev|etc|usr)\b[^\s:]*: no such file or directory|` +
	`write [^\s:]+: (?:file too large|no space left on device)`)

// deny is the verdict on a program that failed after the sandbox had refused it something: what it would have done
// otherwise is not known.
func (z *Zone) deny(result *wire.Result, r ran) {
	switch result.Verdict {
	case wire.Assertion, wire.Panic, wire.TimeoutRun, wire.Vacuous:
	default:
		return
	}
	refused := r.usage.Refused
	if words := outside.FindString(r.output); words != "" && len(refused) == 0 {
		refused = append(refused, strings.TrimPrefix(words, ": "))
	}
	if len(refused) > 0 {
		result.Verdict = wire.Denied
		result.Message = "The sandbox refused " + strings.Join(refused, ", ") + ".\n" + result.Message
	}
}

// passedOrVacuous: each test has come to its end. One that skips itself shows nothing, so that another must pass.
func passedOrVacuous(result *wire.Result, r ran) wire.Verdict {
	passes := len(result.Named) == 0
	for _, name := range result.Named {
		switch r.states[name] {
		case "pass":
			passes = true
		case "skip":
		default:
			result.Message += "\n" + name + " did not complete."
			return wire.Vacuous
		}
	}
	if !passes {
		result.Message += "\nEvery test skipped itself."
		return wire.Vacuous
	}
	return wire.Passed
}

// testsPanicked: the tests' own code said panic(…), which is how such a program reports a wrong answer.
func testsPanicked(message string) bool {
	if !strings.Contains(message, "panic: ") || strings.Contains(message, "panic: runtime error") {
		return false
	}
	match := firstFrame.FindStringSubmatch(message)
	return match != nil && match[1] == "candidate_test"
}

package wire

// Verdict says how a program ended; the values are those of models.enums.Verdict, which a test of the suite compares.
// `flaky` included, every verdict that this side can give stands here.
type Verdict string

// The verdicts.
const (
	Passed         Verdict = "passed"
	Import         Verdict = "import"
	Syntax         Verdict = "syntax"
	Type           Verdict = "type"
	Vet            Verdict = "vet"
	Assertion      Verdict = "assertion"
	Panic          Verdict = "panic"
	TimeoutCompile Verdict = "timeout_compile"
	TimeoutRun     Verdict = "timeout_run"
	Memory         Verdict = "memory"
	Output         Verdict = "output"
	Denied         Verdict = "denied"
	Vacuous        Verdict = "vacuous"
	Flaky          Verdict = "flaky"
	SandboxError   Verdict = "sandbox_error"
)

// Verdicts lists them all.
var Verdicts = []Verdict{
	Passed, Import, Syntax, Type, Vet, Assertion, Panic, TimeoutCompile, TimeoutRun, Memory, Output, Denied, Vacuous, Flaky,
	SandboxError,
}

// Stage says how far a program came before its verdict fell; the values are those of models.enums.Stage. The stage
// "assemble" belongs to programs that never reach this side.
type Stage string

// The stages, in their order.
const (
	AtImports Stage = "imports"
	AtParse   Stage = "parse"
	AtCheck   Stage = "check"
	AtVet     Stage = "vet"
	AtCompile Stage = "compile"
	AtLink    Stage = "link"
	AtRun     Stage = "run"
)

// Stages lists them all.
var Stages = []Stage{AtImports, AtParse, AtCheck, AtVet, AtCompile, AtLink, AtRun}

// Shape is the way of answering that the assembler recognised; the values are those of models.enums.Shape.
type Shape string

// The shapes.
const (
	Body     Shape = "body"
	Function Shape = "function"
	File     Shape = "file"
	Fragment Shape = "fragment"
	Empty    Shape = "empty"
)

// Shapes lists them all.
var Shapes = []Shape{Body, Function, File, Fragment, Empty}

// Harness is how a problem's tests are run; the values are those of models.enums.Harness.
type Harness string

// The harnesses.
const (
	GoTest     Harness = "go_test"
	MainPanics Harness = "main_panics"
)

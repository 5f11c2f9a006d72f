// Package wire holds what the Python side and the ruler's processes say to each other: one JSON object a line.
//
// Texts that may hold bytes outside UTF-8 travel as []byte, which JSON carries in base64.
package wire

// Item is one completion to judge.
type Item struct {
	Completion  []byte  `json:"completion"`
	Prompt      string  `json:"prompt"`
	Declaration string  `json:"declaration"`
	Imports     string  `json:"imports"`
	Entry       string  `json:"entry"`
	Harness     Harness `json:"harness"`
	Setup       string  `json:"setup"`
	Tests       string  `json:"tests"`
}

// Batch is one request to a zone.
type Batch struct {
	Items   []Item `json:"items"`
	Legacy  bool   `json:"legacy"`
	Retakes int    `json:"retakes"`
	// ReadOnly asks for the programs alone: assembled, imports fixed, checked, and nothing compiled or run.
	// The zone remembers them until it reads other items.
	ReadOnly bool `json:"read_only"`
	// Chosen asks for the verdicts of items that were read only, by their index, instead of Items. Nothing is read
	// again.
	Chosen []int `json:"chosen"`
}

// Result is a verdict under one rule.
type Result struct {
	Verdict   Verdict  `json:"verdict"`
	Stage     Stage    `json:"stage"`
	Message   string   `json:"message"`
	Completed []string `json:"completed"`
	Named     []string `json:"named"`
	Line      int      `json:"line"`
	Column    int      `json:"column"`
	Program   []byte   `json:"program"`
	CPU       float64  `json:"cpu"`
	Wall      float64  `json:"wall"`
	Memory    int64    `json:"memory"`
}

// Decide sets the verdict and the stage at which it fell.
func (r *Result) Decide(verdict Verdict, stage Stage) { r.Verdict, r.Stage = verdict, stage }

// Fail is Decide with a message.
func (r *Result) Fail(verdict Verdict, stage Stage, message string) {
	r.Verdict, r.Stage, r.Message = verdict, stage, message
}

// Dropped is a piece of the completion that is no part of the program: a test of the answer's own, a thought, prose.
type Dropped struct {
	What string `json:"what"`
	Text string `json:"text"` // its name, or how it begins
	Line int    `json:"line"` // in the completion as written; 0 where that is not known
	// Start and End are its place in the completion as written, in bytes.
	Start int `json:"start"`
	End   int `json:"end"`
}

// Answer is everything said of one item. Raw is nil where the raw rule judges the same program as Fixed.
type Answer struct {
	Index     int       `json:"index"`
	Shape     Shape     `json:"shape"`
	Notes     []string  `json:"notes"`
	Dropped   []Dropped `json:"dropped"`
	LegacyCut []byte    `json:"legacy_cut"`
	Fixed     *Result   `json:"fixed"`
	Raw       *Result   `json:"raw"`
	Legacy    *Result   `json:"legacy"`
	Added     []string  `json:"added"`
	Removed   []string  `json:"removed"`
}

// Done ends a batch's answers. Error is the zone's own trouble, never a program's.
type Done struct {
	Done  bool   `json:"done"`
	Error string `json:"error,omitempty"`
}

// Limits is what one program may use.
type Limits struct {
	CompileCPU    float64 `json:"compile_cpu_seconds"`
	CompileWall   float64 `json:"compile_wall_seconds"`
	CompileMemory uint64  `json:"compile_memory_bytes"`
	RunCPU        float64 `json:"run_cpu_seconds"`
	RunCPUGrowth  float64 `json:"run_cpu_growth_per_gib"`
	RunCPUMost    float64 `json:"run_cpu_most"`
	RunWall       float64 `json:"run_wall_seconds"`
	RunMemory     uint64  `json:"run_memory_bytes"`
	Output        uint64  `json:"output_bytes"`
	Stack         int     `json:"stack_bytes"`
	Processes     uint64  `json:"processes"`
}

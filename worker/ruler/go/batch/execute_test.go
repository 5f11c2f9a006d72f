package batch

import (
	"fmt"
	"strings"
	"testing"

	"tekhne/ruler/check"
	"tekhne/ruler/front"
	"tekhne/ruler/wire"
)

// executed takes programs to their verdicts: each does what its words say (zone_test.go).
func executed(t *testing.T, retakes int, does ...string) []*wire.Result {
	t.Helper()
	z := zone(t, "2")
	j := &judging{Zone: z, entries: make([]entry, len(does)), retakes: retakes, send: func(*wire.Answer) {}}
	var programs []*program
	for i, words := range does {
		source := []byte(fmt.Sprintf("package main // fake:%d %s\n", i, words))
		v := front.Variant{State: front.Good, Side: source, Files: [][]byte{source}, Shared: [][]byte{source}, Tests: []string{"TestA"}}
		v.Suite = check.Suite{Tests: []string{"TestA"}}
		v.Lean, v.Alone = strings.Contains(words, "lean"), strings.Contains(words, "by itself")
		if strings.Contains(words, "unshared") {
			v.Shared = nil
		}
		j.entries[i] = entry{&wire.Answer{Index: i}, 1}
		programs = append(programs, j.program(i, i, wire.Item{}, &v, &j.entries[i].answer.Fixed))
	}
	results := make([]*wire.Result, len(does))
	for i := range j.entries {
		results[i] = j.entries[i].answer.Fixed
	}
	j.execute(programs)
	for i := range j.entries {
		if j.entries[i].pending != 0 {
			t.Errorf("%q was judged %d times too rarely", does[i], j.entries[i].pending)
		}
	}
	return results
}

func TestEachProgramOfABinaryHasItsOwnVerdict(t *testing.T) {
	want := map[string]wire.Verdict{
		"passes": wire.Passed, "fails": wire.Assertion, "panics": wire.Panic, "passes, lean": wire.Passed, "passes by itself": wire.Passed,
		"passes, unshared": wire.Passed, "fails, unshared": wire.Assertion, "panics by itself": wire.Panic,
	}
	var does []string
	for words := range want {
		does = append(does, words)
	}
	for i, result := range executed(t, 0, does...) {
		if result.Verdict != want[does[i]] || result.Stage != wire.AtRun {
			t.Errorf("%s: %s at %s: %s", does[i], result.Verdict, result.Stage, result.Message)
		}
		if result.CPU <= 0 || result.Wall <= 0 || result.Memory <= 0 {
			t.Errorf("%s: %v CPU seconds, %v seconds, %d bytes", does[i], result.CPU, result.Wall, result.Memory)
		}
	}
}

func TestAProgramThatTheCompilerRefusesHarmsNoNeighbour(t *testing.T) {
	for _, refused := range []string{"refused", "refused, lean", "exhausts the compiler"} {
		results := executed(t, 0, "passes", refused, "passes, lean", "fails")
		verdicts := []wire.Verdict{results[0].Verdict, results[2].Verdict, results[3].Verdict}
		if verdicts[0] != wire.Passed || verdicts[1] != wire.Passed || verdicts[2] != wire.Assertion {
			t.Errorf("%s: its neighbours %v", refused, verdicts)
		}
		want := wire.Type
		if strings.Contains(refused, "exhausts") {
			want = wire.Memory
		}
		if got := results[1]; got.Verdict != want || got.Stage != wire.AtCompile || want == wire.Type && got.Line != 3 {
			t.Errorf("%s: %+v", refused, got)
		}
	}
}

func TestWhatFailsForItsCompanyIsTakenAlone(t *testing.T) {
	for _, words := range []string{"alone", "unlinked", "starves", "starves, lean", "unlinked, unshared"} {
		for i, result := range executed(t, 0, "passes", words, "passes, unshared") {
			if result.Verdict != wire.Passed {
				t.Errorf("%s, program %d: %s: %s", words, i, result.Verdict, result.Message)
			}
		}
	}
}

func TestARetakeThatDisagreesIsFlaky(t *testing.T) {
	results := executed(t, 2, "passes", "wavers", "fails")
	if results[0].Verdict != wire.Passed || results[1].Verdict != wire.Flaky || results[2].Verdict != wire.Assertion {
		t.Errorf("%s, %s, %s", results[0].Verdict, results[1].Verdict, results[2].Verdict)
	}
	if want := "Taken again it came out assertion, first passed.\n"; !strings.HasPrefix(results[1].Message, want) {
		t.Errorf("%q", results[1].Message)
	}
}

func TestAPackageHoldsSoManyProgramsAtMost(t *testing.T) {
	does := make([]string, sharedSize+3)
	for i := range does {
		does[i] = "passes"
	}
	does[sharedSize+1] = "fails"
	for i, result := range executed(t, 0, does...) {
		if (result.Verdict == wire.Passed) == (i == sharedSize+1) {
			t.Errorf("program %d: %s", i, result.Verdict)
		}
	}
}

func TestVerdictsThatReadingGives(t *testing.T) {
	for state, want := range map[front.State]struct {
		verdict wire.Verdict
		stage   wire.Stage
	}{
		front.Vetted: {wire.Vet, wire.AtVet}, front.Hollow: {wire.Vacuous, wire.AtCheck}, front.Unknown: {wire.Import, wire.AtImports},
		front.Denied: {wire.Type, wire.AtCheck}, front.Unfit: {wire.Type, wire.AtCheck},
	} {
		j := &judging{}
		v := &front.Variant{State: state, Message: "/go/candidate.go:4:2: why\n"}
		p := &program{variant: v, result: &wire.Result{}}
		j.refuse(p)
		if r := p.result; r.Verdict != want.verdict || r.Stage != want.stage {
			t.Errorf("%s: %s at %s", state, r.Verdict, r.Stage)
		}
	}
	j := &judging{}
	p := &program{variant: &front.Variant{State: front.Denied, Import: true, Message: "candidate.go:4:2: why\n"}, result: &wire.Result{}}
	if j.refuse(p); p.result.Verdict != wire.Import || p.result.Line != 4 || p.result.Column != 2 || p.result.Message != "candidate.go:4:2: why" {
		t.Errorf("%+v", p.result)
	}
}

func TestWhatATestBinaryIsToldToRun(t *testing.T) {
	suite := check.Suite{Tests: []string{"TestA"}, Fuzz: []string{"FuzzB"}, Examples: []check.Example{{Name: "ExampleC", Output: "1\n"}}, Main: true}
	glue := unitOf(true, &program{number: 7, variant: &front.Variant{Suite: suite}}, &program{number: 8, mainPanics: true, variant: &front.Variant{}}).glue("secret")
	for _, text := range []string{
		"func Tekhne_secret_run_7() {", "{Name: \"TestA\", F: TestA_tk7x},", "{Name: \"FuzzB\", Fn: FuzzB_tk7x},",
		"{Name: \"ExampleC\", F: ExampleC_tk7x, Output: \"1\\n\", Unordered: false},", "Main: TestMain_tk7x,",
		"func Tekhne_secret_run_8() {\nTekhne_secret_harness.Main(main_tk8x)\n}",
	} {
		if !strings.Contains(glue, text) {
			t.Errorf("%s is missing in\n%s", text, glue)
		}
	}
	alone := unitOf(false, &program{number: 3, mainPanics: true, variant: &front.Variant{}})
	if glue := alone.glue("x"); !strings.Contains(glue, "Main(main_tk0x)") {
		t.Errorf("a program alone runs\n%s", glue)
	}
	alone.path = "tekhne/p1"
	if text := dispatcher([]*unit{alone}, "x"); !strings.Contains(text, "case 3:\nu0.Tekhne_x_run_3()\n") || !strings.Contains(text, `import u0 "tekhne/p1"`) {
		t.Errorf("its main is\n%s", text)
	}
}

func TestAProgramThatIsLinkedAloneIsTheMainPackage(t *testing.T) {
	for text, sole := range map[string]bool{
		"package main\nfunc F() {}": true, "package main\nfunc main () {}": false, "package main\nfunc main_7() {}": true,
		"package main\nfunc (T) main2() {}": true,
	} {
		p := &program{number: 3, variant: &front.Variant{Files: [][]byte{[]byte("package main\n"), []byte(text)}}}
		u := unitOf(false, p).alone()
		if u.sole != sole || strings.Contains(u.glue("t"), "func main() {") != sole {
			t.Errorf("%q: %v\n%s", text, u.sole, u.glue("t"))
		}
	}
}

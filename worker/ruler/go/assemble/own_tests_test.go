package assemble

import (
	"testing"

	"tekhne/ruler/wire"
)

func TestTheAnswersOwnTestsAreDroppedAndNamed(t *testing.T) {
	completion := "package main\n\nimport \"testing\"\n\n" + signature + "\treturn n\n}\n\n" +
		"func TestF(t *testing.T) {}\n\nfunc ExampleF() {\n\t// Output: 1\n}\n\nfunc BenchmarkF(b *testing.B) {}\n" +
		"func FuzzF(f *testing.F) {}\nfunc TestMain(m *testing.M) {}\n"
	program := assembled(completion)
	want := []wire.Dropped{
		{What: "test", Text: "TestF", Line: 9}, {What: "example", Text: "ExampleF", Line: 11},
		{What: "benchmark", Text: "BenchmarkF", Line: 15}, {What: "fuzz test", Text: "FuzzF", Line: 16},
		{What: "TestMain", Text: "TestMain", Line: 17},
	}
	checkDropped(t, completion, program.Dropped, want, []string{
		"func TestF(t *testing.T) {}", "func ExampleF() {\n\t// Output: 1\n}", "func BenchmarkF(b *testing.B) {}",
		"func FuzzF(f *testing.F) {}", "func TestMain(m *testing.M) {}",
	})
}

func TestWhatOnlyLooksLikeATestStays(t *testing.T) {
	for _, code := range []string{
		"func TestF(n int) bool { return n > 0 }\n", "func Testify(t *testing.T) {}\n", "func Example() int { return 1 }\n",
		"func TestF(t *testing.T) {}\n\nvar f = TestF\n", "func (s S) TestF(t *testing.T) {}\n",
	} {
		if program := assembled(signature + "\treturn n\n}\n\n" + code); len(program.Dropped) > 0 {
			t.Errorf("dropped %v of %s", program.Dropped, code)
		}
	}
}

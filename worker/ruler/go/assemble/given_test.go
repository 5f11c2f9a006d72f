package assemble

import (
	"strings"
	"testing"

	"tekhne/ruler/wire"
)

func TestAHelperThatTheTestsCallIsThePrompts(t *testing.T) {
	helper := "func Encode(s string) string {\n\tr := s + \"!\"\n\treturn r\n}\n\n"
	for what, c := range map[string]struct {
		prompt, tests string
		own           bool
	}{
		"a helper that the tests call": {helper, "if Decode(Encode(s)) != s", false},
		"a helper of no test":          {helper, "if Decode(s) != s", true},
		"a stub":                       {"func Encode(s string) string {\n\tpanic(1)\n}\n\n", "Encode(s)", true},
	} {
		program := Assemble(wire.Item{
			Prompt: c.prompt + "func Decode(s string) string {\n", Entry: "Decode", Tests: "func TestF(t *testing.T) {\n" + c.tests + "}",
			Completion: []byte("func Encode(s string) string { return s }\n\nfunc Decode(s string) string { return s }\n"),
		})
		if own := strings.Contains(program.Plain(nil), "Encode(s string) string { return s }"); own != c.own {
			t.Errorf("%s: the answer's own is kept: %v in\n%s", what, own, program.Plain(nil))
		}
		if strings.Count(program.Plain(nil), "func Encode") != 1 {
			t.Errorf("%s: in\n%s", what, program.Plain(nil))
		}
	}
}

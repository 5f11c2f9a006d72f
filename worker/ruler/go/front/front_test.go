package front

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"tekhne/ruler/wire"
)

// read reads an answer to a problem whose tests are a main that panics; no package can be imported.
func read(t *testing.T, completion, tests string) Variant {
	t.Helper()
	return New(os.DevNull, "go1.27").Read(item(completion, tests), 3, false).Fixed
}

func item(completion, tests string) wire.Item {
	return wire.Item{
		Completion: []byte(completion), Prompt: "package main\n\nfunc F(n int) int {\n", Entry: "F", Harness: wire.MainPanics, Tests: tests,
	}
}

const hiddenTests = "func main() {\n\tif F(1) != 1 {\n\t\tpanic(1)\n\t}\n}\n"

func TestWhatBecomesOfAProgramBeforeTheCompiler(t *testing.T) {
	for completion, want := range map[string]struct {
		state State
		words string
	}{
		"\treturn n\n}\n":                              {Good, ""},
		"\treturn (\n}\n":                              {Broken, ""},
		"\treturn x\n}\n":                              {Wrong, ""},
		"\treturn \"n\"\n}\n":                          {Wrong, ""},
		"\treturn n\n}\n\nfunc panic(any) {}\n":        {Hollow, "redeclares panic"},
		"\treturn n\n}\n\n//go:linkname x runtime.x\n": {Denied, "refuses //go:linkname"},
		"import \"unsafe\"\n\nfunc F(n int) int { return n * int(unsafe.Sizeof(n)) }": {Denied, "refuses to import \"unsafe\""},
		"import \"a/internal/b\"\n\nfunc F(n int) int { return b.N(n) }":              {Denied, "use of an internal package"},
		"import \"a/b\"\n\nfunc F(n int) int { return b.N(n) }":                       {Unknown, "a/b"},
	} {
		v := read(t, completion, hiddenTests)
		if v.State != want.state || !strings.Contains(v.Message, want.words) {
			t.Errorf("%q is %s: %q", completion, v.State, v.Message)
		}
	}
	if v := read(t, "\treturn n\n}\n", "func other() {}\n"); v.State != Hollow || !strings.Contains(v.Message, "no test function") {
		t.Errorf("tests without a main: %s, %q", v.State, v.Message)
	}
}

func TestAProgramIsReadyToShareAPackageOrStandAlone(t *testing.T) {
	good := read(t, "\treturn n\n}\n", hiddenTests)
	if len(good.Tests) != 1 || good.Tests[0] != "main" || good.Alone {
		t.Errorf("%+v", good)
	}
	if len(good.Shared) != 2 || !bytes.Contains(good.Shared[0], []byte("func F_tk3x(n int)")) || !bytes.Contains(good.Shared[1], []byte("func main_tk3x()")) {
		t.Errorf("to share a package it is\n%s", bytes.Join(good.Shared, nil))
	}
	if !bytes.Contains(good.Files[1], []byte("func main_tk0x()")) || bytes.Contains(good.Side, []byte("line")) {
		t.Errorf("by itself it is\n%s", bytes.Join(good.Files, nil))
	}
	for completion, alone := range map[string]bool{
		"\treturn n\n}\n\nfunc init() {}\n": true, "\treturn n\n}\n\nvar big [1 << 20]byte\n": true, "\treturn n\n}\n\nvar small [8]byte\n": false,
		"\treturn n\n}\n\n//go:noinline\nfunc g() {}\n": true,
	} {
		if v := read(t, completion, hiddenTests); v.Alone != alone || v.Alone == (v.Shared != nil) {
			t.Errorf("%q stands alone: %v", completion, v.Alone)
		}
	}
}

func TestTheReaderAnswersOneRequestAfterAnother(t *testing.T) {
	var requests, replies bytes.Buffer
	ask := gob.NewEncoder(&requests)
	for number, completion := range []string{"\treturn n\n}\n", "```go\nfunc F(n int) int {\n\treturn n\n}\n```\n", "\treturn n\n}\n}\n"} {
		text, err := json.Marshal(item(completion, hiddenTests))
		if err != nil {
			t.Fatal(err)
		}
		if err := ask.Encode(Request{Item: text, Number: number, Legacy: number == 2}); err != nil {
			t.Fatal(err)
		}
	}
	if err := Serve(os.DevNull, "go1.27", &requests, &replies); err != nil {
		t.Fatal(err)
	}
	answers := gob.NewDecoder(&replies)
	for number, shape := range []wire.Shape{wire.Body, wire.Function, wire.Body} {
		var reply Reply
		if err := answers.Decode(&reply); err != nil {
			t.Fatal(err)
		}
		if reply.Shape != shape || reply.Fixed.State != Good || (reply.Legacy != nil) != (number == 2) {
			t.Errorf("request %d: %s, %s, legacy %v", number, reply.Shape, reply.Fixed.State, reply.Legacy)
		}
	}
	if Serve(os.DevNull, "go1.27", strings.NewReader("no request"), &replies) == nil {
		t.Error("what is no request is no error")
	}
}

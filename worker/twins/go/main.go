// Command twins says what of a problem can be renamed and which of its tests are literal calls.
//
// In, on standard input: one JSON request a line, a problem's prompt, canonical solution and tests. Out: one JSON
// answer a line, in the same order: the names that the problem declares, where they stand (byte offsets), the prompt's
// comments, and the calls of the entry point with nothing but literals. It only parses, and changes nothing.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
)

// Request is one problem.
type Request struct {
	ID       string   `json:"id"`
	Entry    string   `json:"entry"`
	Prompt   string   `json:"prompt"`
	Solution string   `json:"solution"`
	Setup    string   `json:"setup"`
	Tests    []string `json:"tests"`
}

// Span is a piece of a text, in bytes.
type Span [2]int

// Answer is what was found in one problem, or why it cannot be read.
type Answer struct {
	ID    string `json:"id"`
	Error string `json:"error,omitempty"`
	// Names are those that the problem declares, by kind: function, type, parameter or local.
	Names map[string]string `json:"names"`
	// Taken are all other names that a new name must not equal.
	Taken    []string `json:"taken"`
	Prompt   []Span   `json:"prompt"`
	Solution []Span   `json:"solution"`
	Comments []Span   `json:"comments"`
	Tests    []Group  `json:"tests"`
	// Literals are the texts and characters of the code, as written.
	Literals []string `json:"literals"`
}

// Group is one group of tests.
type Group struct {
	Names []Span `json:"names"`
	Calls []Call `json:"calls"`
}

// Call is one check of the entry point with literal arguments.
type Call struct {
	// Check is Equal, True or False; its name stands in Name.
	Check string `json:"check"`
	Name  Span   `json:"name"`
	// Expected is empty for True and False.
	Expected  Span       `json:"expected"`
	Call      Span       `json:"call"`
	Arguments []Argument `json:"arguments"`
}

// Argument is one argument of a call with its literals.
type Argument struct {
	Scalar   bool      `json:"scalar"`
	Literals []Literal `json:"literals"`
}

// Literal is a number, text or character, with its sign.
type Literal struct {
	Kind string `json:"kind"`
	Span Span   `json:"span"`
	Text string `json:"text"`
}

func main() {
	if err := serve(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "twins:", err)
		os.Exit(1)
	}
}

func serve(in io.Reader, out io.Writer) error {
	requests := json.NewDecoder(bufio.NewReader(in))
	answers := bufio.NewWriter(out)
	encoder := json.NewEncoder(answers)
	encoder.SetEscapeHTML(false)
	for {
		var request Request
		if err := requests.Decode(&request); err == io.EOF {
			return answers.Flush()
		} else if err != nil {
			return err
		}
		answer, err := read(request)
		if err != nil {
			answer = Answer{Error: err.Error()}
		}
		answer.ID = request.ID
		if err := encoder.Encode(answer); err != nil {
			return err
		}
	}
}

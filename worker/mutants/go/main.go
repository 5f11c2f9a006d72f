// Command mutants writes small wrong variants of right Go answers.
//
// In, on standard input: one JSON request a line ({"id", "prefix", "solution"}), where prefix is what a problem
// shows and solution what continues it. Out: one JSON answer a line, in the same order. It only parses: whether a
// mutant compiles and which tests kill it is the ruler's business.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
)

// Request is one canonical answer to mutate.
type Request struct {
	ID       string `json:"id"`
	Prefix   string `json:"prefix"`
	Solution string `json:"solution"`
}

// Answer holds the mutants of one request, or why there are none.
type Answer struct {
	ID      string   `json:"id"`
	Error   string   `json:"error,omitempty"`
	Mutants []Mutant `json:"mutants"`
}

func main() {
	if err := serve(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "mutants:", err)
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
		if err := encoder.Encode(answer(request)); err != nil {
			return err
		}
	}
}

func answer(request Request) Answer {
	mutants, err := Mutate(request.Prefix, request.Solution)
	if err != nil {
		return Answer{ID: request.ID, Error: err.Error(), Mutants: []Mutant{}}
	}
	return Answer{ID: request.ID, Mutants: mutants}
}

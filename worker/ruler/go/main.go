// Tekhne's ruler: judges Go candidates inside a sandbox.
//
//	tekhne-ruler zone    < config and batches, one JSON object a line; > answers, one JSON object a line
//	tekhne-ruler inside  the same, as the first process of the sandbox (started by zone)
//	tekhne-ruler about   prints what the verdicts of this program depend on, as JSON
//	tekhne-ruler launch  starts programs (started by inside)
//	tekhne-ruler front   reads candidates (started by inside)
//	tekhne-ruler lean    writes testify without HTTP from its folder to another, for set-up to compile
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"tekhne/ruler/cell"
	"tekhne/ruler/check"
	"tekhne/ruler/front"
	"tekhne/ruler/lean"
	"tekhne/ruler/wire"
)

// asOrdinaryUser tells the sandbox that it lies in a user namespace, where there is but one user to be.
const asOrdinaryUser = "--user-namespace"

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "tekhne-ruler:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) == 0 {
		return fmt.Errorf("say zone, inside or front")
	}
	switch args[0] {
	case "zone":
		return zone(args[1:])
	case "inside":
		return inside(args[1:], true)
	case "about":
		return about()
	case "launch":
		return cell.Launch(len(args) == 1)
	case "front":
		return front.Main(args[1], args[2])
	case "lean":
		return leanTestify(args[1:])
	}
	return fmt.Errorf("unknown command %q", args[0])
}

// zone starts the sandbox, or without one judges in this very process.
func zone(args []string) error {
	if len(args) > 0 && args[0] == "--unsafe-no-sandbox" {
		return inside(args[1:], false)
	}
	base, err := mountPoint()
	if err != nil {
		return err
	}
	command := []string{"inside", base}
	if !cell.Privileged() {
		command = append(command, asOrdinaryUser)
	}
	return cell.Enter(command)
}

// mountPoint is an empty folder of this user's that every zone mounts its own root on: in a namespace of its own each
// sees only its own. It stays behind, one for each user, so that a zone which is killed leaves nothing else.
func mountPoint() (string, error) {
	base := filepath.Join(os.TempDir(), fmt.Sprintf("tekhne-zone-%d", os.Getuid()))
	if err := os.Mkdir(base, 0o700); err != nil && !os.IsExist(err) {
		return "", err
	}
	info, err := os.Lstat(base)
	if err != nil {
		return "", err
	}
	if owner, ok := info.Sys().(*syscall.Stat_t); !info.IsDir() || !ok || int(owner.Uid) != os.Getuid() {
		return "", fmt.Errorf("%s is somebody else's: remove it, or set TMPDIR", base)
	}
	return base, nil
}

func leanTestify(args []string) error {
	if len(args) != 2 {
		return fmt.Errorf("say lean, testify's folder and where to write")
	}
	return lean.Write(args[0], args[1])
}

// about prints the analyzers of the vet policy, and every word that this program uses in its answers.
func about() error {
	names := []string{}
	for _, analyzer := range check.Analyzers {
		names = append(names, analyzer.Name)
	}
	return json.NewEncoder(os.Stdout).Encode(map[string]any{
		"vet": names, "verdicts": wire.Verdicts, "stages": wire.Stages, "shapes": wire.Shapes,
	})
}

"""Canonical solutions broken on purpose in the ways that models break them, each with a known kind of failure.

Mutants test a problem's tests; these test the ruler. The differential test checks that the ruler and plain `go test`
see the same failure, and `tekhne bench verify` judges them. Each is the canonical solution with one line put in front,
inside the function's body.
"""

from dataclasses import dataclass
from enum import StrEnum

from worker.problem_sets import ProblemContent


class Breakage(StrEnum):
    UNUSED_VARIABLE = "unused_variable"
    MISSING_IMPORT = "missing_import"
    """A standard package is used and not imported: goimports repairs it."""
    UNKNOWN_PACKAGE = "unknown_package"
    """A package that does not exist: nothing repairs it."""
    WRONG_TYPE = "wrong_type"
    SYNTAX = "syntax"
    VET = "vet"
    """Compiles, and `go vet` as `go test` runs it refuses it."""
    PANIC = "panic"
    NIL_MAP = "nil_map"
    OUT_OF_RANGE = "out_of_range"
    STACK_OVERFLOW = "stack_overflow"
    DEADLOCK = "deadlock"
    EXIT = "exit"
    INFINITE_LOOP = "infinite_loop"
    NOISE = "noise"
    """Prints to standard output and is right."""
    RECOVERED = "recovered"
    """Panics, recovers, and is right."""


_LINES = {
    Breakage.UNUSED_VARIABLE: "unusedHere := 1",
    Breakage.MISSING_IMPORT: '_ = csv.NewReader(bufio.NewReader(bytes.NewReader([]byte("x"))))',
    Breakage.UNKNOWN_PACKAGE: "_ = nosuchpackage.Value",
    Breakage.WRONG_TYPE: 'var wrong int = "text"; _ = wrong',
    Breakage.SYNTAX: "if { ) := 3",
    Breakage.VET: 'fmt.Printf("%d\\n", "text")',
    Breakage.PANIC: 'if true { panic("broken on purpose") }',
    Breakage.NIL_MAP: 'var nothing map[string]int; nothing["a"] = 1',
    Breakage.OUT_OF_RANGE: 'few := []int{1}; _ = few[len(few)+len("a")]',
    Breakage.STACK_OVERFLOW: (
        "var deeper func(int) int; deeper = func(n int) int { return deeper(n+1) + n }; _ = deeper(0)"
    ),
    Breakage.DEADLOCK: "<-make(chan int)",
    Breakage.EXIT: "if true { os.Exit(0) }",
    Breakage.INFINITE_LOOP: "for spin := 0; spin >= 0; { _ = spin }",
    Breakage.NOISE: 'fmt.Println("PASS")',
    Breakage.RECOVERED: 'func() { defer func() { _ = recover() }(); panic("caught") }()',
}


@dataclass(frozen=True, kw_only=True)
class Broken:
    """One canonical solution, broken in one way."""

    task_id: str
    breakage: Breakage
    solution: str


def broken_variants(problem: ProblemContent) -> list[Broken]:
    """Every breakage of the problem's canonical solution; none where it has none."""
    if problem.canonical_solution is None:
        return []
    return [
        Broken(
            task_id=problem.task_id,
            breakage=breakage,
            solution=f"\t{line}\n{problem.canonical_solution}",
        )
        for breakage, line in _LINES.items()
    ]

"""What plain Go says of a candidate: the yardstick that the ruler is held to.

One package a candidate, `goimports -w`, then `go test` (or `go build` and run, for programs whose `main` panics) as
anyone would do by hand, with a CPU and a memory limit around the run. Shares nothing with the ruler: no code, no
assembly, no verdict rules; the module's versions are the ruler's, so that both read the same libraries.
"""

import json
import os
import re
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from models.enums import Harness, Verdict
from worker.problem_sets import ProblemContent

RUN_CPU_SECONDS = 5
PATIENT_CPU_SECONDS = 120
"""For a program that timed out here and not with the ruler: on a machine whose memory is slow, filling the stack up to
Go's own limit alone takes longer than RUN_CPU_SECONDS."""
MEMORY_BYTES = 3 * 1024**3
"""Of address space; Go itself reserves about one."""
TOGETHER = 40
"""Packages handed to one `go` command."""
_MODULE = re.compile(r"^module .*", re.MULTILINE)
_OWN_PARTS = re.compile(r"^.*\bfiximports\b.*\n", re.MULTILINE)
"""The ruler's own faster import fixer, which plain Go must not use."""
_GOIMPORTS = """package main

import (
	"os"

	"golang.org/x/tools/imports"
)

// What goimports -w does: files that do not parse are left as they are.
func main() {
	for _, name := range os.Args[1:] {
		if fixed, err := imports.Process(name, nil, nil); err == nil {
			if err := os.WriteFile(name, fixed, 0o644); err != nil {
				panic(err)
			}
		}
	}
}
"""
_PACKAGE_CLAUSE = re.compile(r"^package \w+", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A text that continues its problem's prompt."""

    key: str
    problem: ProblemContent
    completion: str


@dataclass(frozen=True, kw_only=True)
class PlainResult:
    verdict: Verdict
    output: str


class PlainGo:
    """A Go module in `folder` in which candidates are judged the plain way."""

    def __init__(self, folder: Path, go: Path, module_files: Path, cpu_seconds: int = RUN_CPU_SECONDS) -> None:
        """`module_files` holds the go.mod and go.sum that name testify and x/tools."""
        self._folder, self._go = folder, go
        self._limits = ["prlimit", f"--cpu={cpu_seconds}", f"--as={MEMORY_BYTES}"]
        self._alarm = 4 * cpu_seconds
        """Seconds by the clock, for programs that wait instead of computing."""
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(module_files / "go.sum", folder / "go.sum")
        text = (module_files / "go.mod").read_text(encoding="utf-8")
        (folder / "go.mod").write_text(
            _OWN_PARTS.sub("", _MODULE.sub("module candidates", text)), encoding="utf-8"
        )
        self._goimports = folder / "bin" / "goimports"
        (folder / "fix").mkdir(exist_ok=True)
        (folder / "fix" / "main.go").write_text(_GOIMPORTS, encoding="utf-8")
        self._run("build", "-o", str(self._goimports), "./fix", check=True)

    def judge(self, candidates: Sequence[Candidate]) -> dict[str, PlainResult]:
        results: dict[str, PlainResult] = {}
        for start in range(0, len(candidates), TOGETHER):
            together = candidates[start : start + TOGETHER]
            for harness, judge in ((Harness.GO_TEST, self._test), (Harness.MAIN_PANICS, self._build_and_run)):
                chosen = [each for each in together if each.problem.harness is harness]
                if chosen:
                    results |= judge(chosen)
        return results

    def _test(self, candidates: list[Candidate]) -> dict[str, PlainResult]:
        names = self._write(candidates)
        finished = self._run(
            "test",
            "-json",
            "-p=2",
            "-count=1",
            f"-timeout={self._alarm}s",
            f"-exec={' '.join(self._limits)}",
            *(f"./{name}" for name in names),
        )
        outputs: dict[str, str] = defaultdict(str)
        passed: set[str] = set()
        for line in finished.stdout.split("\n")[:-1]:
            event = json.loads(line)
            name = (event.get("Package") or event.get("ImportPath", "")).split(" ")[0].rpartition("/")[2]
            outputs[name] += event.get("Output", "")
            if event["Action"] == "pass" and "Test" not in event:
                passed.add(name)
        self._clear(names)
        return {
            each.key: PlainResult(verdict=verdict_of(name in passed, outputs[name]), output=outputs[name])
            for name, each in names.items()
        }

    def _build_and_run(self, candidates: list[Candidate]) -> dict[str, PlainResult]:
        names = self._write(candidates)
        built = self._folder / "built"
        built.mkdir(exist_ok=True)
        finished = self._run("build", "-json", "-o", f"{built}/", *(f"./{name}" for name in names))
        outputs: dict[str, str] = defaultdict(str)
        for line in finished.stdout.split("\n")[:-1]:
            event = json.loads(line)
            outputs[event["ImportPath"].rpartition("/")[2]] += event.get("Output", "")
        results = {each.key: self._run_program(built / name, outputs[name]) for name, each in names.items()}
        shutil.rmtree(built)
        self._clear(names)
        return results

    def _run_program(self, program: Path, build_output: str) -> PlainResult:
        if not program.exists():
            return PlainResult(verdict=verdict_of(False, build_output), output=build_output)
        finished = subprocess.run(
            [*self._limits, str(program)],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=6 * self._alarm,
            check=False,
        )
        output = finished.stdout + finished.stderr
        if finished.returncode < 0:
            output += f"\nsignal: {-finished.returncode}"
        return PlainResult(verdict=verdict_of(finished.returncode == 0, output), output=output)

    def _write(self, candidates: list[Candidate]) -> dict[str, Candidate]:
        """A package folder a candidate, imports fixed."""
        names = {f"c{number:05}": each for number, each in enumerate(candidates)}
        for name, each in names.items():
            package = self._folder / name
            package.mkdir()
            for file, text in _files(each).items():
                (package / file).write_text(text, encoding="utf-8")
        files = [str(path) for name in names for path in (self._folder / name).glob("*.go")]
        subprocess.run([str(self._goimports), *files], cwd=self._folder, env=self._environment(), check=True)
        return names

    def _clear(self, names: dict[str, Candidate]) -> None:
        for name in names:
            shutil.rmtree(self._folder / name)

    def _run(self, *arguments: str, check: bool = False) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [str(self._go), *arguments], cwd=self._folder, env=self._environment(), capture_output=True, text=True,
            errors="replace", check=check,
        )  # fmt: skip

    def _environment(self) -> dict[str, str]:
        path = f"{self._go.parent}{os.pathsep}{os.environ['PATH']}"
        return {**os.environ, "PATH": path, "GOTOOLCHAIN": "local", "GOFLAGS": "-mod=mod"}


def _files(candidate: Candidate) -> dict[str, str]:
    problem = candidate.problem
    text = problem.prompt + candidate.completion + "\n"
    if problem.harness is Harness.MAIN_PANICS:
        return {"main.go": _PACKAGE_CLAUSE.sub("package main", text, count=1) + problem.hidden_tests}
    return {
        "answer.go": f"package main\n\n{text}",
        "answer_test.go": f"{problem.test_setup}\n{problem.hidden_tests}",
    }


_RULES: tuple[tuple[str, Verdict], ...] = (
    # The order matters: a timed-out test also prints "panic:", and every failing run prints "FAIL".
    (r"signal: (9|24|CPU time limit exceeded)|panic: test timed out|signal: killed", Verdict.TIMEOUT_RUN),
    (r"runtime: out of memory|cannot allocate memory|out of memory \(", Verdict.MEMORY),
    (r"^panic: Exception --- test case", Verdict.ASSERTION),
    (r"^panic: |^fatal error: |^\s*panic: ", Verdict.PANIC),
    (r"^--- FAIL", Verdict.ASSERTION),
    (
        r"syntax error|\.go:\d+:\d+: expected |illegal (character|rune)|not terminated|missing return$^",
        Verdict.SYNTAX,
    ),
    (r"imported and not used|package .* is not in std|no required module|missing import path", Verdict.IMPORT),
    (r"^# \[|vet: ", Verdict.VET),
    (r"redeclared in this block|\.go:\d+:\d+: ", Verdict.TYPE),
    # A test of a wrong signature: the go command says why on standard error alone.
    (r"\[setup failed\]$", Verdict.TYPE),
    # A TestMain's own exit code: no test says why.
    (r"^FAIL\t\S+\t\d", Verdict.ASSERTION),
)


def verdict_of(passed: bool, output: str) -> Verdict:
    """The class of what Go printed; anything unforeseen is an error of this yardstick."""
    if passed:
        return Verdict.VACUOUS if "no tests to run" in output else Verdict.PASSED
    for pattern, verdict in _RULES:
        if re.search(pattern, output, re.MULTILINE):
            return verdict
    raise ValueError(f"plain Go failed in a way that has no class:\n{output}")

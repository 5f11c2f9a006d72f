"""Programs and traces of the large store: a fifth as many as attempts, because a small model repeats itself.

In: a session, how many attempts the store will have. Out: for each verdict the ids of its traces, and the fingerprint
of each. Names, numbers and lines differ from program to program, so that a search has something to look for and
failures something to be grouped by.
"""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from models import Program, Trace
from models.base import content_hash, now
from models.enums import Stage, Verdict
from models.fingerprints import fingerprint_of
from models.text_index import index_new

ATTEMPTS_A_PROGRAM = 5
CHUNK = 20_000
_SOURCE = """package main

func SumAbove{number}(values []int, limit int) int {{
	{name} := {start}
	for _, value := range values {{
		if value > limit {{
			{name} += value * {factor}
		}}
	}}
	return {name}
}}
"""
_MESSAGES = {
    Verdict.ASSERTION: (
        "--- FAIL: TestHidden{number} (0.00s)\n    candidate_test.go:9: \n        \tError:      \tNot equal: \n"
        "        \t            \texpected: 9\n        \t            \tactual  : {factor}",
        "--- FAIL: TestHidden{number} (0.00s)\n    candidate_test.go:12: got {factor}, want {start}",
    ),
    Verdict.TYPE: (
        "candidate.go:4:3: undefined: {name}",
        "candidate.go:4:3: declared and not used: {name}",
        "candidate.go:8:9: cannot use {name} (variable of type int) as string value in return statement",
    ),
    Verdict.PANIC: ("panic: runtime error: index out of range [{factor}] with length {start}\n\ngoroutine 1:",),
    Verdict.TIMEOUT_RUN: ("The program did not finish in its CPU time.",),
    Verdict.SYNTAX: (
        "candidate.go:5:1: syntax error: unexpected name {name} at end of statement",
        "candidate.go:9:1: syntax error: unexpected EOF, expected }}",
    ),
}
_STAGES = {Verdict.TYPE: Stage.CHECK, Verdict.SYNTAX: Stage.PARSE}


@dataclass(frozen=True, kw_only=True)
class BigTraces:
    """What attempts and revisions refer to."""

    of_verdict: dict[Verdict, list[int]]
    fingerprints: dict[int, str]


def fill_traces(session: Session, ruler_id: int, verdicts: list[Verdict], attempts: int) -> BigTraces:
    """Programs and traces with ids from 1 on, indexed for the search; verdicts come by turns."""
    found = BigTraces(of_verdict=defaultdict(list), fingerprints={})
    programs: list[dict[str, Any]] = []
    traces: list[dict[str, Any]] = []
    for number in range(1, max(attempts // ATTEMPTS_A_PROGRAM, 20 * len(verdicts)) + 1):
        verdict = verdicts[number % len(verdicts)]
        words = {"number": number, "name": f"total{number % 997:x}", "start": number % 7, "factor": number % 89}
        source = _SOURCE.format(**words)
        programs.append({"id": number, "content_hash": content_hash("bench", source), "source": source})
        traces.append(_trace(number, verdict, words, ruler_id))
        found.of_verdict[verdict].append(number)
        found.fingerprints[number] = traces[-1]["fingerprint"]
        if len(programs) == CHUNK:
            _insert(session, programs, traces)
    _insert(session, programs, traces)
    index_new(session.connection())
    return found


def _trace(number: int, verdict: Verdict, words: dict[str, Any], ruler_id: int) -> dict[str, Any]:
    messages = _MESSAGES.get(verdict, ("",))
    message = messages[number // 7 % len(messages)].format(**words)
    stage = _STAGES.get(verdict, Stage.RUN)
    return {
        "id": number,
        "program_id": number,
        "tests_hash": content_hash("tests"),
        "ruler_id": ruler_id,
        "verdict": verdict,
        "stage": stage,
        "message": message,
        "fingerprint": fingerprint_of(verdict, stage, message),
        "line": 4 if message else None,
        "column": 3 if message else None,
        "tests_completed": [],
        "tests_named": [],
        "cpu_seconds": 0.01 + number % 50 / 1000,
        "executed_at": now(),
    }


def _insert(session: Session, programs: list[dict[str, Any]], traces: list[dict[str, Any]]) -> None:
    if programs:
        session.execute(insert(Program), programs)
        session.execute(insert(Trace), traces)
    programs.clear()
    traces.clear()

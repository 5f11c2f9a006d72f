"""Synthetic runs as archives in the documented format (docs/archive-format.md), from the tables that reports read.

In: settings and arms. Out: an archive's head and rows, which `worker.archives` writes to a file and reads into a store
like any other. The store must hold the problems first: `store_problems` puts them there. Programs and traces are left
out; a report needs none.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from sqlalchemy.orm import Session

from app.reporting import read_report
from app.reports.report import Report, RunSettings
from app.reports.samples import VERDICTS, ArmSamples, ProblemInfo
from models import Store
from models.base import content_hash, now
from models.enums import Harness, Origin
from worker.archives.archive import ArchivedRow, ArchiveHead, read_archive, write_archive
from worker.archives.unpacking import unpack
from worker.problem_sets.problem import ProblemContent, ProblemSetContent
from worker.problem_sets.storing import put_problem_set

RUN_ID, BASE_ID = 1, 1


def problem_sets(infos: Sequence[ProblemInfo]) -> list[ProblemSetContent]:
    """The sets of these problems. Origin is known of a set as a whole, so each origin has sets of its own."""
    sets: dict[str, list[ProblemContent]] = {}
    for info in infos:
        sets.setdefault(_set_of(info), []).append(_problem(info.key.task_id))
    return [ProblemSetContent(name=name, problems=tuple(problems)) for name, problems in sets.items()]


def _set_of(info: ProblemInfo) -> str:
    return f"{info.problem_set.partition('@')[0]}-{info.origin}"


def _problem(task_id: str) -> ProblemContent:
    return ProblemContent(
        task_id=task_id,
        entry_point="Solve",
        description="Synthetic: nobody wrote or ran a program for it.",
        prompt=f"// {task_id}\nfunc Solve() int {{\n",
        declaration="func Solve() int {",
        imports="",
        canonical_solution=None,
        harness=Harness.GO_TEST,
        test_setup="package main\n",
        example_tests="func TestExample(t *testing.T) {}\n",
        hidden_tests="func TestHidden(t *testing.T) {}\n",
    )


def store_problems(session: Session, infos: Sequence[ProblemInfo]) -> None:
    """Put the problem sets that an archive of these problems refers to into the store."""
    for one in problem_sets(infos):
        put_problem_set(session, one)


def archive_of(
    run: RunSettings, arms: Sequence[ArmSamples], name: str
) -> tuple[ArchiveHead, list[tuple[str, ArchivedRow]]]:
    """The archive of a synthetic run; `name` tells it apart from others in a store."""
    infos = arms[0].problems
    sets = problem_sets(infos)
    versions = {number: (one.name, one.version_hash) for number, one in enumerate(sets, start=1)}
    number_of = {one.name: number for number, one in enumerate(sets, start=1)}
    origins = {number_of[_set_of(info)]: info.origin for info in infos}
    known = [[number, origin, "synthetic"] for number, origin in origins.items() if origin is not Origin.UNKNOWN]
    head = ArchiveHead(
        problems={number: _problem(info.key.task_id).content_hash for number, info in enumerate(infos, start=1)},
        versions=versions,
        checkpoints={
            BASE_ID: {
                "name": f"base of {name}",
                "kind": "base",
                "content_hash": content_hash("synthetic", name),
                "layers": None,
                "parameters": None,
                "origins": known,
            }
        },
    )
    places = [(number, number_of[_set_of(info)]) for number, info in enumerate(infos, start=1)]
    return head, list(_rows(run, arms, places, name))


def _rows(
    run: RunSettings, arms: Sequence[ArmSamples], places: Sequence[tuple[int, int]], name: str
) -> Iterator[tuple[str, ArchivedRow]]:
    at = now().isoformat()
    yield "run", _run_row(run, name, at)
    for position, arm in enumerate(arms):
        yield "arm", {
            "id": position + 1, "run_id": RUN_ID, "position": position, "name": arm.name, "kind": str(arm.kind),
            "checkpoint_id": BASE_ID, "settings": {},
        }  # fmt: skip
    for position, (problem, version) in enumerate(places):
        yield "run_problem", {
            "run_id": RUN_ID, "problem_id": problem, "version_id": version, "position": position,
        }  # fmt: skip
    base, *others = arms
    drafts = {key: number for number, key in enumerate(_samples(base), start=1)}
    for (row, sample), number in drafts.items():
        yield "attempt", {"id": number, **_execution(base, 1, row, sample, at), **_verdicts(base, row, sample)}
    number = 0
    for arm_id, arm in enumerate(others, start=2):
        for row, sample in _samples(arm):
            rounds = int(arm.rounds[row, sample])
            for round_ in range(1, rounds + 1):
                number += 1
                yield "revision", _revision(arm, arm_id, (row, sample), round_, number, drafts[row, sample], at)


def _samples(arm: ArmSamples) -> Iterator[tuple[int, int]]:
    rows, width = arm.present.shape
    return ((row, sample) for row in range(rows) for sample in range(width) if arm.present[row, sample])


def _run_row(run: RunSettings, name: str, at: str) -> ArchivedRow:
    return {
        "id": RUN_ID, "name": run.name, "kind": run.kind.value, "parent_id": None, "state": run.state.value,
        "specification_hash": content_hash("synthetic run", name), "base_checkpoint_id": BASE_ID,
        "samples": run.samples, "seed": run.seed, "sampling": dict(run.sampling), "feedback": run.feedback.value,
        "gated": run.gated, "gate": run.gate.value, "rounds": run.rounds, "budget": run.budget.value,
        "ruler_id": None, "note": "", "error": "", "revision_number": 1, "created_at": at, "started_at": at,
        "finished_at": at,
    }  # fmt: skip


def _execution(arm: ArmSamples, arm_id: int, row: int, sample: int, at: str) -> ArchivedRow:
    """What attempts and revisions share, without the verdicts."""
    return {
        "run_id": RUN_ID, "problem_id": row + 1, "arm_id": arm_id, "sample": sample, "text": "",
        "finish_reason": "complete", "seed": None, "prompt_tokens": 0,
        "new_tokens": int(arm.new_tokens[row, sample]), "seconds": 0.0, "logprob": None, "shape": None, "notes": [],
        "import_delta": {}, "unscored_reason": "", "trace_id": None, "raw_trace_id": None, "example_trace_id": None,
        "program_hash": None, "created_at": at,
    }  # fmt: skip


def _verdicts(arm: ArmSamples, row: int, sample: int) -> ArchivedRow:
    columns = {"verdict": arm.verdict, "verdict_raw": arm.raw, "verdict_legacy": arm.legacy,
               "example_verdict": arm.example}  # fmt: skip
    return {name: _word(int(codes[row, sample])) for name, codes in columns.items()}


def _word(code: int) -> str | None:
    return None if code < 0 else VERDICTS[code].value


def _revision(
    arm: ArmSamples, arm_id: int, place: tuple[int, int], round_: int, number: int, attempt: int, at: str
) -> ArchivedRow:
    """One round. All but the last fail as the draft did; the last carries the verdicts and the tokens of all."""
    row, sample = place
    last = round_ == int(arm.rounds[row, sample])
    failed = {"verdict": _word(int(arm.draft[row, sample])), "verdict_raw": None, "verdict_legacy": None,
              "example_verdict": None}  # fmt: skip
    tokens = {} if last else {"new_tokens": 0}
    return {
        "id": number, **_execution(arm, arm_id, row, sample, at), **tokens, "round": round_, "attempt_id": attempt,
        "reflection_id": None, "copied": bool(arm.copied[row, sample]) and last,
        "edit_size": int(arm.edit_size[row, sample]) if last else 0,
        **(_verdicts(arm, row, sample) if last else failed),
    }  # fmt: skip


def write_run(file: Path, run: RunSettings, arms: Sequence[ArmSamples]) -> None:
    """The archive of a synthetic run as a file; its name identifies the run."""
    with file.open("wb") as archive:
        write_archive(archive, *archive_of(run, arms, file.name))


def import_run(store: Store, file: Path, infos: Sequence[ProblemInfo]) -> int:
    """Import the archive into a store as `tekhne import-run` does, after its problem sets; the run's id."""
    head, rows = read_archive(file)
    with store.writer() as session:
        store_problems(session, infos)
        return unpack(session, file, head, rows)


def report_through_archive(store: Store, file: Path, run: RunSettings, arms: Sequence[ArmSamples]) -> Report:
    """The report of a synthetic run after its way through an archive and a store."""
    write_run(file, run, arms)
    run_id = import_run(store, file, arms[0].problems)
    with store.reader() as session:
        return read_report(session, run_id)

"""The requests to a zone and its answers, as JSON lines; the other half is go/wire/wire.go.

Completions are sent as base64 of their bytes, because they may hold anything.
"""

import base64
import hashlib
from typing import Any

from models.enums import Rule, Shape, Stage, Verdict
from worker.ruler.fingerprint import RulerFingerprint
from worker.ruler.judgement import (
    AssembledProgram,
    Assembly,
    Dropped,
    ImportDelta,
    Judgement,
    Reading,
    RulerTrace,
    Submission,
)


def item(submission: Submission) -> dict[str, str]:
    """One submission as the zone reads it."""
    return {
        "completion": base64.b64encode(as_bytes(submission.completion)).decode("ascii"),
        "prompt": _clean(submission.prompt),
        "declaration": _clean(submission.declaration),
        "imports": _clean(submission.imports),
        "entry": submission.entry_point or "",
        "harness": submission.tests.harness.value,
        "setup": _clean(submission.tests.setup),
        "tests": _clean(submission.tests.source),
    }


def as_bytes(text: str) -> bytes:
    """The bytes that a text stands for: escaped ones as they were, other lone surrogates as their three bytes."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


def judgement(answer: dict[str, Any], submission: Submission, ruler: RulerFingerprint) -> Judgement:
    """The zone's answer as a value."""
    fixed = _result(answer["fixed"], Rule.GOIMPORTS)
    raw = _result(answer["raw"] or answer["fixed"], Rule.RAW)
    legacy = _result(answer["legacy"], Rule.LEGACY) if answer["legacy"] else None
    return Judgement(
        key=submission.key,
        assembly=_assembly(answer, submission.completion),
        fixed=fixed,
        raw=raw,
        legacy=legacy,
        import_delta=_import_delta(answer),
        ruler=ruler,
    )


def reading(answer: dict[str, Any], submission: Submission) -> Reading:
    """The zone's answer to a request that only reads, as a value."""
    return Reading(
        submission=submission,
        assembly=_assembly(answer, submission.completion),
        import_delta=_import_delta(answer),
        fixed=_program(answer["fixed"]),
        raw=_program(answer["raw"] or answer["fixed"]),
        legacy=_program(answer["legacy"]) if answer["legacy"] else None,
    )


def refused(
    submission: Submission, ruler: RulerFingerprint, verdict: Verdict, stage: Stage, message: str
) -> Judgement:
    """A judgement without the zone's: it was not asked, or it died."""
    program = _text(base64.b64encode(as_bytes(submission.completion)).decode("ascii"))
    result = RulerTrace(
        rule=Rule.GOIMPORTS,
        verdict=verdict,
        stage=stage,
        message=message,
        program=program,
        program_hash=_hash(as_bytes(submission.completion)),
    )
    raw = RulerTrace(**{**vars(result), "rule": Rule.RAW})
    return Judgement(
        key=submission.key, assembly=Assembly(shape=Shape.FRAGMENT), fixed=result, raw=raw, ruler=ruler
    )


def _assembly(answer: dict[str, Any], completion: str) -> Assembly:
    """How the text was understood."""
    cut, written = answer["legacy_cut"], as_bytes(completion)
    return Assembly(
        shape=Shape(answer["shape"]),
        notes=tuple(answer["notes"] or ()),
        dropped=tuple(
            Dropped(
                what=one["what"],
                text=one["text"],
                line=one["line"] or None,
                start=_characters(written[: one["start"]]),
                end=_characters(written[: one["end"]]),
            )
            for one in answer["dropped"] or ()
        ),
        legacy_cut=None if cut is None else _text(cut),
    )


def _characters(written: bytes) -> int:
    """How many characters of a completion these first bytes of it are."""
    try:
        return len(written.decode("utf-8", "surrogatepass"))
    except UnicodeDecodeError:
        return len(written.decode("utf-8", "surrogateescape"))


def _import_delta(answer: dict[str, Any]) -> ImportDelta:
    """What fixing imports changed."""
    return ImportDelta(added=tuple(answer["added"] or ()), removed=tuple(answer["removed"] or ()))


def _program(values: dict[str, Any]) -> AssembledProgram:
    source = base64.b64decode(values["program"])
    return AssembledProgram(source=_text(values["program"]), content_hash=_hash(source))


def _result(values: dict[str, Any], rule: Rule) -> RulerTrace:
    return RulerTrace(
        rule=rule,
        verdict=Verdict(values["verdict"]),
        stage=Stage(values["stage"]),
        tests_completed=tuple(values["completed"] or ()),
        tests_named=tuple(values["named"] or ()),
        message=values["message"],
        line=values["line"] or None,
        column=values["column"] or None,
        program=_text(values["program"]),
        program_hash=_hash(base64.b64decode(values["program"])),
        cpu_seconds=values["cpu"],
        wall_seconds=values["wall"],
        memory_bytes=values["memory"],
    )


def _text(encoded: str) -> str:
    return base64.b64decode(encoded).decode("utf-8", "surrogateescape")


def _hash(program: bytes) -> str:
    return hashlib.sha256(program).hexdigest()


def _clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")

"""The key of a piece of work: a hash of everything that determines its result.

In: work that names problem sets, checkpoints and transcripts. Out: a hash in which each name stands for its content, so
that the same work of another investigation is found, and other content under an old name is not.
"""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Checkpoint, Transcript
from models.base import content_hash
from models.enums import TranscriptState
from models.problem import newest_version
from models.step_kinds import Work
from models.transcript_sets import find_version
from models.work import STORE

VERSION = "1"
"""Raised when the same work would give another result."""
_SETS = {"problems", "problem_set", "problem_sets"}
_CHECKPOINTS = {"base", "checkpoint", "start", "model"}
_LEFT_OUT = {"name", "transcript_set", "save_seconds", "log_to", "cache_states", "concurrency"}
"""What does not change the result: labels, and how the work is done."""


def work_key(session: Session, work: Work, ruler: str) -> str:
    """The key.

    Args:
        ruler: its digest, on which every verdict depends.
    """
    fields = _resolved(session, work.model_dump(mode="json"))
    return content_hash(VERSION, type(work).__name__, json.dumps(fields, sort_keys=True), ruler)


def _resolved(session: Session, fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _value(session, name, value) for name, value in fields.items() if name not in _LEFT_OUT}


def _value(session: Session, name: str, value: Any) -> Any:
    if name in _SETS and value:
        names = [value] if isinstance(value, str) else value
        return [_problems(session, one) for one in names]
    if name in _CHECKPOINTS and isinstance(value, str) and value:
        return _checkpoint(session, value)
    if name == "transcripts":
        return _transcripts(session, value)
    if name == "arms":
        # An arm's name is in its tables, so that it is part of the result.
        return [{**_resolved(session, one), "name": one.get("name")} for one in value]
    return value


def _problems(session: Session, name: str) -> str:
    version = newest_version(session, name)
    return version.content_hash if version is not None else f"named {name}"


def _checkpoint(session: Session, name: str) -> str:
    found = session.scalar(select(Checkpoint.content_hash).where(Checkpoint.name == name))
    return found or f"named {name}"


def _transcripts(session: Session, name: str) -> str:
    """Versions of a set never change; what the store holds may grow."""
    if name != STORE:
        version = find_version(session, name)
        return version.content_hash if version is not None else f"named {name}"
    verified = select(Transcript.content_hash).where(Transcript.state == TranscriptState.VERIFIED)
    return content_hash(*session.scalars(verified.order_by(Transcript.content_hash)))

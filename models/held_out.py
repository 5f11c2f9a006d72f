"""Held-out problems: which of these texts stand in a held-out slice, and how that is said.

In: a session and hashes of texts. Out: the slice of each that stands in one, itself or as a twin or an original.
Splitting is the worker's (`worker/problem_sets/slices.py`).
"""

from collections import Counter
from collections.abc import Collection, Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.enums import SlicePart
from models.problem import Problem, ProblemSet, ProblemSetMember, ProblemSetVersion, ProblemSlice


def held_out_slices(
    session: Session, texts: Collection[str], twins: Mapping[str, str] | None = None
) -> dict[str, str]:
    """The held-out slice of each of these texts that stands in one, itself or as a twin or an original.

    Args:
        twins: the original's text of each text that is known to be a twin; those of the store are known.
    """
    held_out = session.execute(
        select(func.coalesce(Problem.twin_of, Problem.text_hash), ProblemSet.name)
        .join(ProblemSetMember, ProblemSetMember.problem_id == Problem.id)
        .join(ProblemSlice, ProblemSlice.version_id == ProblemSetMember.version_id)
        .join(ProblemSetVersion, ProblemSetVersion.id == ProblemSlice.version_id)
        .join(ProblemSet, ProblemSet.id == ProblemSetVersion.problem_set_id)
        .where(ProblemSlice.part == SlicePart.HELD_OUT)
        .order_by(ProblemSet.name.desc())
    )
    slices = {original: name for original, name in held_out}  # noqa: C416  # rows are no pairs to mypy
    stored = session.execute(select(Problem.text_hash, Problem.twin_of).where(Problem.twin_of.is_not(None)))
    originals = {**{text: original or "" for text, original in stored}, **(twins or {})}
    found = {text: slices.get(originals.get(text, text)) for text in texts}
    return {text: name for text, name in found.items() if name is not None}


def held_out_in_words(what: str, found: Mapping[str, str], *, to: str, remedy: str) -> str:
    """The sentence of a refusal.

    Args:
        what: what was named, as the sentence begins with it.
        found: the held-out slice of each text.
        to: what would be done with it, such as "train on".
        remedy: how it is allowed all the same, such as "add --force".
    """
    label, shared = Counter(found.values()).most_common(1)[0]
    problems = "a problem" if shared == 1 else f"{shared} problems"
    whole = label.rpartition("/")[0]
    return (
        f"{what} holds {problems} of {label}, which is held out: {to} the other slice of {whole}, or {remedy}, "
        f"which every report that uses the result will say."
    )

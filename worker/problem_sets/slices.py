"""Splitting a problem set into a part to train on and a part that is held out, and refusing to train on the latter.

In: a stored version, how many problems to hold out, a seed. Out: two disjoint problem sets of the store, such as
`humaneval_x_go/train-134` and `humaneval_x_go/held-out-30`, which every command takes by name. Which problems are held
out follows from the seed and the problems' texts alone. A problem is recognised by its text, so that it is held out in
whatever set or file it stands; its twins are held out with it, and an original with its twin; no split parts them.
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from models import Problem, ProblemSet, ProblemSetMember, ProblemSetVersion, ProblemSlice
from models.enums import SlicePart
from models.held_out import held_out_in_words, held_out_slices
from worker.problem_sets.errors import CannotSplit, HeldOut
from worker.problem_sets.problem import ProblemContent, ProblemSetContent
from worker.problem_sets.storing import put_problem_set


@dataclass(frozen=True, kw_only=True)
class SplitSet:
    """The two parts of a split, as they are stored."""

    train: ProblemSetContent
    held_out: ProblemSetContent
    seed: int


def split_problem_set(session: Session, whole: ProblemSetContent, *, held_out: int, seed: int) -> SplitSet:
    """Store both parts of a set; the same split again changes nothing.

    Raises:
        CannotSplit: the set is a slice itself, too small, or has been split in another way.
    """
    source = put_problem_set(session, whole)
    if (known := session.get(ProblemSlice, source.id)) is not None:
        parent = session.get_one(ProblemSetVersion, known.source_version_id).problem_set.name
        raise CannotSplit(f"{whole.name} is a slice of {parent} and is not split again: split {parent}.")
    if not 0 < held_out < len(whole.problems):
        raise CannotSplit(
            f"{held_out} of the {len(whole.problems)} problems of {whole.name} cannot be held out: "
            f"choose 1 to {len(whole.problems) - 1}."
        )
    chosen = _held_out_texts(whole.problems, held_out, seed)
    parts = {
        SlicePart.TRAIN: [problem for problem in whole.problems if _original(problem) not in chosen],
        SlicePart.HELD_OUT: [problem for problem in whole.problems if _original(problem) in chosen],
    }
    if not all(parts.values()):
        raise CannotSplit(
            f"The problems of {whole.name} share their texts or are twins, so that no part of it can be held out."
        )
    _refuse_overlap(session, whole.name, parts)
    stored = {}
    for part, problems in parts.items():
        name = f"{whole.name}/{part.value.replace('_', '-')}-{len(problems)}"
        stored[part] = replace(whole, name=name, problems=tuple(problems))
        version = put_problem_set(session, stored[part])
        if session.get(ProblemSlice, version.id) is None:
            session.add(ProblemSlice(version_id=version.id, source_version_id=source.id, part=part, seed=seed))
    session.flush()
    return SplitSet(train=stored[SlicePart.TRAIN], held_out=stored[SlicePart.HELD_OUT], seed=seed)


def _original(problem: ProblemContent) -> str:
    """The text that a problem shares with its twins: the original's."""
    return problem.twin_of or problem.text_hash


def _held_out_texts(problems: Iterable[ProblemContent], held_out: int, seed: int) -> set[str]:
    """The texts to hold out, each with its twins. Problems with one text stay together, and so do an original and its
    twins, so that the number may stay below `held_out`."""
    sizes = Counter(map(_original, problems))
    chosen: set[str] = set()
    room = held_out
    for text in sorted(sizes, key=lambda text: hashlib.sha256(f"{seed}:{text}".encode()).digest()):
        if sizes[text] <= room:
            chosen.add(text)
            room -= sizes[text]
    return chosen


def _refuse_overlap(session: Session, name: str, parts: dict[SlicePart, list[ProblemContent]]) -> None:
    for part, other in ((SlicePart.TRAIN, SlicePart.HELD_OUT), (SlicePart.HELD_OUT, SlicePart.TRAIN)):
        found = _slices_with(session, set(map(_original, parts[part])), other)
        if found:
            label, shared = found.most_common(1)[0]
            verb = "train on" if part is SlicePart.TRAIN else "hold out"
            problems = "1 problem" if shared == 1 else f"{shared} problems"
            raise CannotSplit(
                f"This split of {name} would {verb} {problems} of {label}: what is held out once stays held out, "
                f"so use the slices that are there."
            )


def _slices_with(session: Session, texts: Collection[str], part: SlicePart) -> Counter[str]:
    """How many of these originals stand in each stored slice of that kind, themselves or as twins, by its name."""
    member, owner = aliased(ProblemSetMember), aliased(ProblemSetVersion)
    rows = session.execute(
        select(ProblemSet.name, func.coalesce(Problem.twin_of, Problem.text_hash))
        .select_from(ProblemSlice)
        .join(owner, owner.id == ProblemSlice.version_id)
        .join(ProblemSet, ProblemSet.id == owner.problem_set_id)
        .join(member, member.version_id == owner.id)
        .join(Problem, Problem.id == member.problem_id)
        .where(ProblemSlice.part == part)
        .distinct()
    )
    return Counter(name for name, text in rows if text in texts)


def twins_of(problem_set: ProblemSetContent) -> dict[str, str]:
    """The original's text of each twin of a set, by the twin's text."""
    return {problem.text_hash: problem.twin_of for problem in problem_set.problems if problem.twin_of}


def refuse_held_out(
    session: Session,
    what: str,
    texts: Collection[str],
    *,
    to: str,
    force: bool,
    by_job: bool = False,
    marked: Mapping[str, str] | None = None,
    twins: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """The held-out slice of each text that `force` lets through; empty where none is held out.

    Args:
        what: what was named, as errors begin with it.
        to: what would be done with it, such as "train on".
        by_job: whether a job asks, which has no command line.
        marked: texts that are known to be held out, perhaps in another store.
        twins: as for `held_out_slices`.

    Raises:
        HeldOut: some of it is held out, and it is not forced.
    """
    found = {**(marked or {}), **held_out_slices(session, texts, twins)}
    if found and not force:
        remedy = "start it anew with held-out problems allowed" if by_job else "add --force"
        raise HeldOut(held_out_in_words(what, found, to=to, remedy=remedy))
    return found

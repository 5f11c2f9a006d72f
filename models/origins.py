"""Whether the models of a run saw its problems in training, and why that is known: the one answer for everybody.

In: checkpoints and problems. Out: seen, unseen or unknown for each problem, with a sentence that gives the reason. A
checkpoint inherits what its base and the checkpoints that it was trained further from have seen. A problem is matched
by its text, whatever set or version it stands in; who read its twin, or the original whose twin it is, has seen it as
well, and the reason says so. What nobody knows stays unknown, and the checkpoint is named.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, or_, select, update
from sqlalchemy.orm import Session

from models.checkpoint import Checkpoint, ProblemOrigin
from models.enums import Origin, OriginSource
from models.problem import Problem
from models.run import Arm, Run

NO_CHECKPOINT = "No checkpoint is recorded, so what the model read is not known."


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundOrigin:
    """What is known of one problem and some checkpoints together."""

    origin: Origin
    reason: str
    """One sentence."""
    unknown: tuple[int, ...] = ()
    """The checkpoints of which it is not known whether they read the problem; empty unless the origin is unknown."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ancestor:
    """A checkpoint as the origins need it."""

    id: int
    name: str
    base_id: int | None
    parent_id: int | None
    reads_recorded: bool
    cut_off: str | None
    cut_off_evidence: str


_Record = tuple[Origin, OriginSource, str]
_Kin = tuple[_Record, str]
"""A record of a problem's twin or original, and what that is."""
_Facts = tuple[tuple[tuple[_Record | None, _Kin | None], ...], str]
"""What is recorded of a problem and its twins for each checkpoint of the lineage, and the problem's date."""


def find_origins(
    session: Session, checkpoint_ids: Collection[int | None], problem_ids: Select[Any] | Collection[int]
) -> dict[int, FoundOrigin]:
    """The origin of each problem by its row id, for all these checkpoints together, in a fixed number of selects.

    Args:
        checkpoint_ids: None stands for no checkpoint, as in imported results.
        problem_ids: row ids, or a select of them.
    """
    lineage = read_lineage(session, checkpoint_ids)
    chosen = Problem.id.in_(problem_ids)
    problems = session.execute(select(Problem.id, Problem.text_hash, Problem.date).where(chosen)).all()
    records: dict[str, dict[int, _Record]] = {}
    row = ProblemOrigin
    for text, checkpoint_id, *record in session.execute(
        select(row.text_hash, row.checkpoint_id, row.origin, row.known_by, row.evidence).where(
            row.checkpoint_id.in_([one.id for one in lineage.values()]),
            row.text_hash.in_(select(Problem.text_hash).where(chosen)),
        )
    ):
        records.setdefault(text, {})[checkpoint_id] = Origin(record[0]), OriginSource(record[1]), str(record[2])
    kin = _seen_kin(session, lineage)
    wanted = [one for one in dict.fromkeys(checkpoint_ids) if one in lineage]
    # Most problems of a set share what is recorded of them: the sentence is made once.
    known: dict[_Facts, FoundOrigin] = {}
    found = {}
    for problem_id, text, date in problems:
        own, related = records.get(text, {}), kin.get(text, {})
        facts = tuple((own.get(number), related.get(number)) for number in lineage), date or ""
        if facts not in known:
            known[facts] = _decide(wanted, lineage, own, related, date or "")
        found[problem_id] = known[facts]
    return found


def _seen_kin(session: Session, lineage: Collection[int]) -> dict[str, dict[int, _Kin]]:
    """By text what the checkpoints saw of its twins, or of the original whose twin it is."""
    rows = session.execute(
        select(Problem.text_hash, Problem.twin_of).where(Problem.twin_of.is_not(None)).distinct()
    )
    families: dict[str, set[str]] = {}
    for text, original in rows:
        families.setdefault(str(original), set()).add(text)
    if not families or not lineage:
        return {}
    row = ProblemOrigin
    seen: dict[str, dict[int, _Record]] = {}
    for text, checkpoint_id, known_by, evidence in session.execute(
        select(row.text_hash, row.checkpoint_id, row.known_by, row.evidence)
        .where(row.checkpoint_id.in_(lineage), row.origin == Origin.SEEN)
        .order_by(row.text_hash)
    ):
        seen.setdefault(text, {})[checkpoint_id] = Origin.SEEN, OriginSource(known_by), evidence
    found: dict[str, dict[int, _Kin]] = {}
    for original, twins in families.items():
        for text in (original, *sorted(twins)):
            for other in sorted({original, *twins} & seen.keys() - {text}):
                what = "its original" if other == original else "its twin" if text == original else "another twin"
                for checkpoint_id, record in seen[other].items():
                    found.setdefault(text, {}).setdefault(checkpoint_id, (record, what))
    return found


def read_lineage(session: Session, checkpoint_ids: Collection[int | None]) -> dict[int, Ancestor]:
    """The checkpoints and all their ancestors by id: each before the ones that it comes from."""
    columns = [getattr(Checkpoint, name) for name in Ancestor.__slots__]
    every = {row.id: Ancestor(**row._asdict()) for row in session.execute(select(*columns))}
    found: dict[int, Ancestor] = {}
    waiting = [number for number in checkpoint_ids if number is not None]
    while waiting:
        number = waiting.pop(0)
        if number in every and number not in found:
            found[number] = every[number]
            waiting += [above for above in (every[number].base_id, every[number].parent_id) if above is not None]
    return found


def descendants(session: Session, checkpoint_id: int) -> set[int]:
    """The checkpoint, and every one that inherits what it has seen."""
    rows = session.execute(select(Checkpoint.id, Checkpoint.base_id, Checkpoint.parent_id)).all()
    found = {checkpoint_id}
    while new := {row.id for row in rows if {row.base_id, row.parent_id} & found} - found:
        found |= new
    return found


def renew_reports(session: Session, checkpoint_id: int) -> None:
    """What is known of the checkpoint has changed: reports that were computed before are not shown again."""
    heirs = descendants(session, checkpoint_id)
    used = select(Arm.run_id).where(Arm.checkpoint_id.in_(heirs))
    session.execute(
        update(Run)
        .where(or_(Run.base_checkpoint_id.in_(heirs), Run.id.in_(used)))
        .values(revision_number=Run.revision_number + 1)
    )


def forced_slices(session: Session, checkpoint_ids: Collection[int | None]) -> list[tuple[str, str]]:
    """(checkpoint, held-out slice) where a checkpoint or an ancestor of it was trained on the slice by force."""
    rows = session.execute(
        select(Checkpoint.name, Checkpoint.training).where(
            Checkpoint.id.in_(read_lineage(session, checkpoint_ids))
        )
    )
    return sorted((name, str(one)) for name, training in rows for one in training.get("forced", ()))


def _decide(
    wanted: Collection[int],
    lineage: Mapping[int, Ancestor],
    records: Mapping[int, _Record],
    kin: Mapping[int, _Kin],
    date: str,
) -> FoundOrigin:
    if not wanted:
        return FoundOrigin(origin=Origin.UNKNOWN, reason=NO_CHECKPOINT)
    for number, one in lineage.items():
        if (record := records.get(number)) and record[0] is Origin.SEEN:
            return FoundOrigin(origin=Origin.SEEN, reason=_seen(one, record, "it", wanted, lineage))
    for number, one in lineage.items():
        if number in kin:
            return FoundOrigin(origin=Origin.SEEN, reason=_seen(one, *kin[number], wanted, lineage))
    unseen: dict[str, list[str]] = {}
    unknown: list[Ancestor] = []
    for one in _answering(wanted, lineage, records, date):
        if reason := _unseen(one, records.get(one.id), date):
            unseen.setdefault(reason, []).append(one.name)
        else:
            unknown.append(one)
    parts = [reason.format(name=_listed(names)) for reason, names in unseen.items()]
    if unknown:
        parts.append(f"what {_listed([one.name for one in unknown])} read is not known")
    return FoundOrigin(
        origin=Origin.UNKNOWN if unknown else Origin.UNSEEN,
        reason=_sentence("; ".join(parts)),
        unknown=tuple(one.id for one in unknown),
    )


def _answering(
    wanted: Collection[int], lineage: Mapping[int, Ancestor], records: Mapping[int, _Record], date: str
) -> Iterator[Ancestor]:
    """The checkpoints that answer: a declaration and a cut-off also answer for what the checkpoint comes from."""
    waiting, done = list(wanted), set()
    while waiting:
        number = waiting.pop(0)
        if number in done or number not in lineage:
            continue
        done.add(number)
        one = lineage[number]
        yield one
        if not (number in records or _is_after(date, one)):
            waiting += [above for above in (one.base_id, one.parent_id) if above is not None]


def _seen(
    one: Ancestor, record: _Record, what: str, wanted: Collection[int], lineage: Mapping[int, Ancestor]
) -> str:
    _, known_by, evidence = record
    who = one.name
    if one.id not in wanted:
        child = next(lineage[number] for number in wanted if one.id in _above(number, lineage))
        who = f"{one.name}, {'the base' if child.base_id == one.id else 'an ancestor'} of {child.name},"
    if known_by is OriginSource.TRAINED:
        return _sentence(f"{who} was trained on {what}{f' ({evidence})' if evidence else ''}")
    return _sentence(f"{who} saw {what}{', as declared' if known_by is OriginSource.DECLARED else ''}: {evidence}")


def _above(number: int, lineage: Mapping[int, Ancestor]) -> set[int]:
    """The checkpoint and its ancestors."""
    found, waiting = set(), [number]
    while waiting:
        one = lineage.get(waiting.pop())
        if one is not None and one.id not in found:
            found.add(one.id)
            waiting += [above for above in (one.base_id, one.parent_id) if above is not None]
    return found


def _unseen(one: Ancestor, record: _Record | None, date: str) -> str:
    """Why the checkpoint did not see the problem, with a place for its name; empty where that is not known."""
    if record is not None:
        _, known_by, evidence = record
        said = ", as declared" if known_by is OriginSource.DECLARED else ""
        return f"{{name}} did not see it{said}: {_braced(evidence)}"
    if _is_after(date, one):
        source = f": {_braced(one.cut_off_evidence)}" if one.cut_off_evidence else ""
        return (
            f"it dates from {_braced(date)}, after the cut-off of {{name}} ({_braced(one.cut_off or '')}{source})"
        )
    if one.reads_recorded:
        return f"not in the {'fine-tuning' if one.parent_id else 'training'} of {{name}}"
    return ""


def _is_after(date: str, one: Ancestor) -> bool:
    """Whether all of a day or month is after the whole of the cut-off: `2024-10` ends on its 31st."""
    return bool(date and one.cut_off and f"{date}-01"[:10] > f"{one.cut_off}-31"[:10])


def _braced(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}").rstrip(".")


def _listed(names: list[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]


def _sentence(words: str) -> str:
    # A name at the beginning keeps its case.
    begins = ("not in", "what ", "it dates")
    first = words[:1].upper() + words[1:] if words.startswith(begins) else words
    return first.rstrip(".") + "."

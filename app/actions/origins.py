"""Saying what a model that was trained elsewhere has read: whole problem sets, or a cut-off date, with evidence.

In: a checkpoint, and who says what. Out: rows that the origins of its runs and of its descendants' runs follow from.
What a training of this store has recorded cannot be declared away.
"""

from collections.abc import Collection, Mapping
from typing import Annotated

from pydantic import Field, field_validator, model_validator
from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from app.actions.errors import NoSuchRow, NotAllowed
from models import (
    Checkpoint,
    Problem,
    ProblemOrigin,
    ProblemSet,
    ProblemSetMember,
    ProblemSetVersion,
    Store,
)
from models.enums import Origin, OriginSource
from models.origins import renew_reports
from models.problem import calendar_date
from models.specification import Specification, SpecificationError, Storable

LONGEST_EVIDENCE = 2_000


class OriginDeclaration(Specification):
    """What somebody says of a checkpoint's training data."""

    saw: tuple[Storable, ...] = ()
    """Names of the problem sets that it was trained on."""
    not_saw: tuple[Storable, ...] = ()
    """Names of the problem sets that it was not trained on."""
    forget: tuple[Storable, ...] = ()
    """Names of the problem sets of which an earlier declaration is taken back."""
    cut_off: Storable | None = None
    """The last day or month of what it read, such as 2024-10: problems that are dated later are unseen."""
    evidence: Annotated[Storable, Field(max_length=LONGEST_EVIDENCE)] = ""
    """Where this is known from, such as a model card's address and what it says; all but `forget` needs it."""

    @field_validator("cut_off")
    @classmethod
    def _is_a_date(cls, value: str | None) -> str | None:
        try:
            return None if value is None else calendar_date(value.strip())
        except ValueError:
            raise ValueError(f"cut_off is {value!r}, not a date such as 2024-10 or 2024-10-31") from None

    @model_validator(mode="after")
    def _has_evidence(self) -> "OriginDeclaration":
        if not (self.saw or self.not_saw or self.forget or self.cut_off):
            raise ValueError("Nothing is said: name a problem set, or a cut-off date")
        if (self.saw or self.not_saw) and not self.evidence.strip():
            raise ValueError("What a model has read is taken down with evidence only: say where it is known from")
        if self.cut_off and not self.evidence.strip():
            raise ValueError("A cut-off is taken down with evidence only: say where it is known from")
        twice = set(self.saw) & set(self.not_saw)
        if twice:
            raise ValueError(f"{min(twice)} cannot be both seen and not seen")
        return self


def declare_origins(store: Store, checkpoint_id: int, said: OriginDeclaration) -> None:
    """Take down what is said; an earlier declaration about the same problems is replaced.

    Raises:
        NoSuchRow: there is no such checkpoint.
        SpecificationError: there is no such problem set.
        NotAllowed: it contradicts what a training has recorded.
    """
    with store.writer() as session:
        row = session.get(Checkpoint, checkpoint_id)
        if row is None:
            raise NoSuchRow(f"There is no checkpoint {checkpoint_id}.")
        texts = texts_of_sets(session, said)
        for name in said.saw:
            _declare(session, row, name, texts[name], Origin.SEEN, said.evidence.strip())
        for name in said.not_saw:
            _declare(session, row, name, texts[name], Origin.UNSEEN, said.evidence.strip())
        for name in said.forget:
            _declare(session, row, name, texts[name], None, "")
        if said.cut_off is not None:
            row.cut_off, row.cut_off_evidence = said.cut_off, said.evidence.strip()
        session.flush()
        renew_reports(session, checkpoint_id)


def texts_of_sets(session: Session, said: OriginDeclaration) -> dict[str, set[str]]:
    """The hash of every text in every version of each named set.

    Raises:
        SpecificationError: there is no such problem set.
    """
    found: dict[str, set[str]] = {}
    for field in ("saw", "not_saw", "forget"):
        for name in getattr(said, field):
            found[name] = set(
                session.scalars(
                    select(Problem.text_hash)
                    .join(ProblemSetMember, ProblemSetMember.problem_id == Problem.id)
                    .join(ProblemSetVersion, ProblemSetVersion.id == ProblemSetMember.version_id)
                    .join(ProblemSet, ProblemSet.id == ProblemSetVersion.problem_set_id)
                    .where(ProblemSet.name == name)
                )
            )
            if not found[name]:
                known = session.scalars(select(ProblemSet.name).order_by(ProblemSet.name)).all()
                raise SpecificationError(
                    field, f"No problem set is called {name!r}; the store knows {', '.join(known) or 'none'}."
                )
    return found


def _declare(
    session: Session, row: Checkpoint, name: str, texts: set[str], origin: Origin | None, evidence: str
) -> None:
    """For every problem of every version of the set."""
    own: ColumnElement[bool] = ProblemOrigin.checkpoint_id == row.id
    trained = texts & set(
        session.scalars(select(ProblemOrigin.text_hash).where(own, ProblemOrigin.known_by == OriginSource.TRAINED))
    )
    if origin is Origin.UNSEEN:
        refuse_against_training(row.name, {name: texts}, trained)
    for text in sorted(texts - trained):
        session.execute(delete(ProblemOrigin).where(own, ProblemOrigin.text_hash == text))
        if origin is not None:
            said = ProblemOrigin(checkpoint_id=row.id, text_hash=text, origin=origin, evidence=evidence)
            said.known_by = OriginSource.DECLARED
            session.add(said)


def refuse_against_training(name: str, not_saw: Mapping[str, set[str]], trained: Collection[str]) -> None:
    """Refuse to take down that a checkpoint did not see what its training has recorded.

    Args:
        not_saw: the texts of each problem set that it is said not to have seen.

    Raises:
        NotAllowed: it was trained on some of them.
    """
    for problem_set, texts in not_saw.items():
        if shared := texts.intersection(trained):
            raise NotAllowed(
                f"{name} was trained here on {len(shared)} of the {len(texts)} problems of {problem_set}: "
                f"that cannot be declared away."
            )

"""What a training really read, and what it came from, as the store has it."""

import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from sqlalchemy import select

from models import Checkpoint, Problem, Run, Store
from models.enums import Origin, RunState
from models.origins import FoundOrigin, find_origins
from worker.checkpoints import add_base
from worker.problem_sets import ProblemContent, ProblemSetContent
from worker.problem_sets.storing import put_problem_set
from worker.training.base import BaseRequest, train_base
from worker.training.critic import CriticRequest, train_critic
from worker.training.options import TrainingOptions
from worker.training.registering import register_critic, register_trained_base
from worker.training.reports import TrainingProgress
from worker.transcripts.transcript import TranscriptContent

QUICK = TrainingOptions(
    steps=2, batch_tokens=128, learning_rate=5e-3, warmup_steps=1, evaluate_every=2, validation_share=0.0
)


def quiet(_: TrainingProgress) -> None:
    """Nobody watches."""


def train_and_register(store: Store, start: Path, out: Path, problems: Sequence[ProblemContent]) -> int:
    chosen = ProblemSetContent(name="part", problems=tuple(problems))
    train_base(
        BaseRequest(out=out, start=str(start), options=QUICK, problems=chosen, forced=["x/held-out-1"]), quiet
    )
    return register_trained_base(store, out, start=str(start), is_preset=False)


def origins(store: Store, checkpoint_id: int, whole: ProblemSetContent) -> list[FoundOrigin]:
    """In the order of the set, which is put into the store under another name."""
    with store.writer() as session:
        put_problem_set(session, replace(whole, name="another name"))
        ids = {row.task_id: row.id for row in session.scalars(select(Problem))}
        found = find_origins(session, [checkpoint_id], list(ids.values()))
    return [found[ids[problem.task_id]] for problem in whole.problems]


def test_a_further_training_inherits_and_only_what_was_read_is_seen(
    store: Store, tmp_path: Path, tiny_base: Path, problems: ProblemSetContent
) -> None:
    unanswered = replace(problems.problems[5], canonical_solution=None)
    first = train_and_register(store, tiny_base, tmp_path / "first", (*problems.problems[:2], unanswered))
    second = train_and_register(store, tmp_path / "first", tmp_path / "second", problems.problems[2:4])
    with store.reader() as session:
        row = session.get_one(Checkpoint, second)
        assert (row.name, row.parent_id, row.reads_recorded) == ("second", first, True)
        assert row.training["forced"] == ["x/held-out-1"]
        start = session.scalars(select(Checkpoint).where(Checkpoint.name == "tiny-base")).one()
        assert session.get_one(Checkpoint, first).parent_id == start.id
    found = origins(store, second, problems)
    assert [one.origin for one in found] == [Origin.SEEN] * 4 + [Origin.UNKNOWN] * 2
    assert found[0].reason == "first, an ancestor of second, was trained on it (trained here on part)."
    assert found[2].reason == "second was trained on it (trained here on part)."
    assert found[5].reason == "Not in the fine-tuning of second and first; what tiny-base read is not known."


def test_a_folder_that_was_trained_elsewhere_says_itself_what_it_read(
    store: Store, tmp_path: Path, tiny_base: Path, problems: ProblemSetContent
) -> None:
    chosen = ProblemSetContent(name="part", problems=problems.problems[:2])
    out = train_base(
        BaseRequest(out=tmp_path / "out", start=str(tiny_base), options=QUICK, problems=chosen), quiet
    )
    add_base(store, "mine", str(out))
    with store.reader() as session:
        mine = session.scalars(select(Checkpoint).where(Checkpoint.name == "mine")).one()
        assert not mine.reads_recorded, "what it began with is not in this store"
    found = origins(store, mine.id, problems)
    assert [one.origin for one in found] == [Origin.SEEN] * 2 + [Origin.UNKNOWN] * 4
    assert found[5].reason == "What mine read is not known."


def test_a_lineage_is_whole_in_whatever_order_its_checkpoints_are_registered(
    store: Store, tmp_path: Path, tiny_base: Path, problems: ProblemSetContent
) -> None:
    for start, name, part in (
        (tiny_base, "first", problems.problems[:2]), (tmp_path / "first", "second", problems.problems[2:4])
    ):  # fmt: skip
        chosen = ProblemSetContent(name="part", problems=part)
        train_base(BaseRequest(out=tmp_path / name, start=str(start), options=QUICK, problems=chosen), quiet)
    add_base(store, "mine", str(tmp_path / "second"))
    with store.writer() as session:
        second = session.scalars(select(Checkpoint.id)).one()
        run = Run(name="r", specification_hash="r", base_checkpoint_id=second, samples=1, state=RunState.DONE)
        session.add(run)
        session.flush()
        run_id, before = run.id, run.revision_number
    assert [one.origin for one in origins(store, second, problems)][:2] == [Origin.UNKNOWN] * 2
    add_base(store, "first", str(tmp_path / "first"))
    found = origins(store, second, problems)
    assert found[0].reason == "first, an ancestor of mine, was trained on it (trained here on part)."
    assert found[5].reason == "Not in the fine-tuning of mine; what first read is not known."
    with store.reader() as session:
        assert session.get_one(Run, run_id).revision_number > before, "cached reports are not shown again"
    add_base(store, "begin", str(tiny_base))
    assert origins(store, second, problems)[5].reason == (
        "Not in the fine-tuning of mine and first; what begin read is not known."
    )


def test_a_training_inherits_from_the_base_that_was_named_where_two_share_their_weights(
    store: Store, tmp_path: Path, tiny_base: Path, problems: ProblemSetContent
) -> None:
    other = tmp_path / "other-tokens"
    shutil.copytree(tiny_base, other)
    file = other / "tokenizer_config.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "model_max_length": 77}))
    add_base(store, "one", str(tiny_base))
    add_base(store, "two", str(other))
    out = tmp_path / "tuned"
    tuned = train_and_register(store, other, out, problems.problems[:2])
    assert origins(store, tuned, problems)[5].reason == (
        "Not in the fine-tuning of tuned; what two read is not known."
    )


def test_a_critic_has_seen_the_problems_of_its_transcripts_and_what_its_base_saw(
    store: Store,
    tmp_path: Path,
    tiny_base: Path,
    problems: ProblemSetContent,
    lessons: list[TranscriptContent],
) -> None:
    base = tmp_path / "base"
    train_and_register(store, tiny_base, base, problems.problems[:1])
    two = [lesson for lesson in lessons if lesson.task_id in {p.task_id for p in problems.problems[1:3]}]
    out = train_critic(
        CriticRequest(out=tmp_path / "critic", base=str(base), transcripts=two, options=QUICK), quiet
    )
    critic = register_critic(store, out, base=str(base), transcripts=two)
    found = origins(store, critic, problems)
    assert [one.origin for one in found] == [Origin.SEEN] * 3 + [Origin.UNKNOWN] * 3
    assert found[0].reason == "base, the base of critic, was trained on it (trained here on part)."
    assert found[1].reason == "critic was trained on it (trained here)."
    assert found[5].reason == (
        "Not in the training of critic; not in the fine-tuning of base; what tiny-base read is not known."
    )

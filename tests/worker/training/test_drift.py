"""Drift: the divergence of two bases on prompts that the second was not trained on, measured once and stored."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from sqlalchemy import select

from models import Checkpoint, Drift, ProblemOrigin, Store
from models.enums import Origin, OriginSource
from settings import Settings
from tests.worker.engines.tiny import tiny_network, tiny_tokenizer
from worker.network.critic import Trunk
from worker.problem_sets.own_sets import load_own_set
from worker.problem_sets.storing import put_problem_set
from worker.training.drift import divergence, measure_drift, plan_drift
from worker.training.errors import NoDrift
from worker.training.registering import register_base


@pytest.fixture
def bases(sqlite_store: Store, tmp_path: Path) -> Store:
    """`parent`, `child`, which was trained from it and read one of the three problems of `three`, and `alone`."""
    for seed, name in enumerate(("parent", "child", "alone")):
        tiny_network(seed=seed, context=1024).base.save_pretrained(tmp_path / name)
        tiny_tokenizer().save_pretrained(tmp_path / name)
        register_base(sqlite_store, tmp_path / name)
    fresh = load_own_set("fresh")
    three = replace(fresh, name="three", problems=fresh.problems[:3])
    with sqlite_store.writer() as session:
        put_problem_set(session, three)
        ids = dict(session.execute(select(Checkpoint.name, Checkpoint.id)).all())
        session.get_one(Checkpoint, ids["child"]).parent_id = ids["parent"]
        said = ProblemOrigin(checkpoint_id=ids["child"], text_hash=three.problems[0].text_hash)
        said.origin, said.known_by = Origin.SEEN, OriginSource.TRAINED
        session.add(said)
    return sqlite_store


def test_drift_is_measured_on_held_out_prompts_stored_and_not_measured_again(bases: Store) -> None:
    told: list[tuple[int, int]] = []
    measure_drift(bases, Settings(device="cpu"), plan_drift(bases, "child", "three"), lambda *at: told.append(at))
    with bases.reader() as session:
        row = session.scalars(select(Drift)).one()
        assert (len(row.prompts), row.trained_on, row.too_long) == (2, 1, 0)
        assert all(nats > 0 and tokens > 10 for _, nats, tokens in row.prompts)
    assert told == [(1, 2), (2, 2)]
    again = plan_drift(bases, "child", "three")
    assert again.is_measured
    measure_drift(bases, Settings(device="cpu"), again, lambda *at: told.append(at))
    assert len(told) == 2


def test_the_divergence_of_a_base_from_itself_is_0_and_is_that_of_the_whole_vocabulary() -> None:
    torch.set_num_threads(1)
    one, other = (Trunk(tiny_network(seed=seed).base) for seed in (0, 1))
    ids = [3, 7, 2, 9]
    assert divergence(one, one, ids) == pytest.approx(0.0, abs=1e-6)
    with torch.inference_mode():
        logs = [
            torch.log_softmax(base.base(torch.tensor([ids])).logits[0].float(), dim=-1) for base in (one, other)
        ]
    expected = torch.nn.functional.kl_div(logs[1], logs[0], log_target=True, reduction="sum")
    assert divergence(one, other, ids) == pytest.approx(float(expected), rel=1e-4)


@pytest.mark.parametrize(
    ("checkpoint", "problems", "says"),
    [
        ("nobody", "three", "No checkpoint is called nobody"),
        ("alone", "three", "was not trained from another base"),
        ("child", "nowhere", "No problem set is called nowhere"),
    ],
)
def test_what_cannot_be_measured_is_one_sentence(bases: Store, checkpoint: str, problems: str, says: str) -> None:
    with pytest.raises(NoDrift, match=says):
        plan_drift(bases, checkpoint, problems)

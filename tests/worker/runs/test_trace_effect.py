"""A revision is read with and without the trace, by the same critic and in the tokens that it writes."""

from typing import Any

import pytest
import torch

from models import TraceEffect
from models.enums import RunState
from models.session import Store
from models.tokens import unpack_tokens
from tests.store_factory import StoreFactory
from tests.worker.engines.tiny import tiny_network, tiny_tokenizer
from worker.engines.local.scoring import continuation_logprobs
from worker.runs.plan import PlannedCheckpoint
from worker.runs.trace_effect import EffectRequest, measure_trace_effect, token_lengths
from worker.transcripts.format import encode, render_prompt


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


def asked(revision_id: int, **changes: Any) -> EffectRequest:
    checkpoint = PlannedCheckpoint(id=1, name="c", kind="critic", location="c", content_hash="c")
    return EffectRequest(
        **{
            "revision_id": revision_id, "base": checkpoint, "critic": checkpoint, "problem": "func add(",
            "attempt": "a", "trace": "x = 1", "reflection": "abc", "revision": "a reverse\n)", **changes,
        }
    )  # fmt: skip


def stored_revision(store: Store) -> int:
    from sqlalchemy import select

    from models import Revision

    factory = StoreFactory(store)
    factory.run(factory.problem_set(problems=2), samples=2, state=RunState.DONE)
    with store.reader() as session:
        return session.scalars(select(Revision.id).order_by(Revision.id)).first() or 0


def test_both_readings_are_those_of_the_critic_behind_its_own_prompts(sqlite_store: Store) -> None:
    revision_id, network, tokenizer = stored_revision(sqlite_store), tiny_network(), tiny_tokenizer()
    wanted, stages = asked(revision_id), []
    measure_trace_effect(
        sqlite_store, wanted, network, tokenizer, lambda stage, done: stages.append((stage, done))
    )
    with sqlite_store.reader() as session:
        lengths, readings = unpack_tokens(session.get_one(TraceEffect, revision_id).tokens)
    ids, behind = encode(tokenizer, wanted.revision), []
    assert len(lengths) == len(ids)
    assert sum(lengths) == len(wanted.revision)
    for reading, trace in zip(readings, (wanted.trace, None), strict=True):
        prompt = render_prompt(
            wanted.problem, wanted.attempt, trace, tokenizer=tokenizer, budget=10_000, reflect=False, given="abc"
        )
        whole = torch.tensor([[*prompt.ids, *ids]])
        logs = torch.log_softmax(network(whole)[0].float(), dim=-1)[len(prompt.ids) - 1 : -1]
        expected = logs.gather(1, torch.tensor(ids)[:, None])[:, 0].tolist()
        assert reading == pytest.approx(expected, abs=1 / 32 + 1e-4)
        behind.append(expected)
    assert behind[0] != behind[1], "a tiny network is moved by less than what is stored, but it is moved"
    assert stages == [("reading with the trace", 0), ("reading without it", 1), ("reading without it", 2)]
    # A second try changes nothing.
    measure_trace_effect(sqlite_store, wanted, network, tokenizer, lambda *_: None)


def test_a_base_reads_with_its_own_head() -> None:
    network = tiny_network()
    found = continuation_logprobs(network, [1, 2, 3, 4], 2)
    with torch.no_grad():
        logs = torch.log_softmax(network(torch.tensor([[1, 2, 3, 4]]))[0].float(), dim=-1)
    assert found == pytest.approx([logs[1, 3].item(), logs[2, 4].item()], abs=1e-4)


def test_lengths_of_tokens_add_up_to_the_text() -> None:
    tokenizer = tiny_tokenizer()
    for text in ("func reverse(abc) {\n", "aé b", ""):
        ids = encode(tokenizer, text)
        assert sum(token_lengths(tokenizer, ids, text)) == len(tokenizer.decode(ids))

"""A critic behind a server repairs as the one in this process does, and no other model repairs in its name."""

import asyncio

import pytest
import torch

from models.enums import FinishReason
from tests.worker.engines.critic_server import CONTEXT, ServedNetwork, export_tiny, serving
from tests.worker.engines.stand_in_server import Answering, StandIn, stand_in
from tests.worker.engines.tiny import tiny_network, tiny_tokenizer
from worker.critics.critic import Repair, RepairRequest
from worker.critics.rct import ReflectiveCritic
from worker.engines import CriticEngine, SamplingSettings, WriteRequest, write_one
from worker.engines.local import LocalEngine
from worker.engines.served_critic import EXACT, ServedCriticEngine
from worker.network.exported import ServedCritic

ASKED = RepairRequest(
    key="a",
    problem="func f(a) {\n",
    attempt="\treturn b\n}\n",
    trace="type at check\nb",
    sampling=SamplingSettings(temperature=0.0, max_new_tokens=40),
)


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> ServedCritic:
    return export_tiny(tmp_path_factory.mktemp("export") / "plain").served


def engine_at(server: StandIn, served: ServedCritic, patience_seconds: float = 0.0) -> ServedCriticEngine:
    return ServedCriticEngine(
        server.url,
        "tiny",
        name="served",
        tokenizer=tiny_tokenizer(),
        served=served,
        first_pause_seconds=0.001,
        patience_seconds=patience_seconds,
    )


def repaired(engine: CriticEngine, request: RepairRequest = ASKED) -> Repair:
    return asyncio.run(ReflectiveCritic(engine).repair(request))


def repaired_here() -> Repair:
    engine = LocalEngine(tiny_network(context=CONTEXT), tiny_tokenizer(), name="local")
    try:
        return repaired(engine)
    finally:
        engine.close()


@pytest.mark.parametrize("text_only", [False, True])
def test_a_repair_is_that_of_the_critic_in_this_process(served: ServedCritic, text_only: bool) -> None:
    pieces: list[str] = []
    asked = RepairRequest(**{**ASKED.__dict__, "on_text": pieces.append})
    with serving(ServedNetwork(text_only=text_only)) as server:
        engine = engine_at(server, served)
        found, here = repaired(engine, asked), repaired_here()
        engine.close()
    assert found.error == ""
    assert (found.reflection, found.revision, found.shown_trace) == (
        here.reflection,
        here.revision,
        here.shown_trace,
    )
    assert (found.prompt_tokens, found.new_tokens, found.finish_reason) == (
        here.prompt_tokens,
        here.new_tokens,
        here.finish_reason,
    )
    assert len(pieces) > 1
    assert isinstance(server.requests[-1][1]["prompt"], str if text_only else list)
    assert engine.notes["bos"] == EXACT
    assert ("prompt" in engine.notes) == text_only


def test_a_server_that_takes_text_only_refuses_tokens_once(served: ServedCritic) -> None:
    with serving(ServedNetwork(text_only=True)) as server:
        engine = engine_at(server, served)
        repaired(engine)
        repaired(engine)
        engine.close()
    assert sum(isinstance(body["prompt"], list) for _, body in server.requests) == 1


def test_no_more_is_asked_for_than_fits_into_the_context(served: ServedCritic) -> None:
    ids = tuple(tiny_tokenizer().encode("a" * (CONTEXT - 5)))
    sampling = SamplingSettings(temperature=0.0, max_new_tokens=40)
    with serving(ServedNetwork()) as server:
        engine = engine_at(server, served)
        asyncio.run(write_one(engine, WriteRequest(prompt="", prompt_ids=ids, keys=("a",), sampling=sampling)))
        engine.close()
    assert server.requests[-1][1]["max_tokens"] == 5


def test_another_model_under_the_critics_name_writes_nothing_and_is_named(served: ServedCritic) -> None:
    with serving(ServedNetwork(seed=1)) as server:
        engine = engine_at(server, served)
        found = repaired(engine)
        engine.close()
    assert found.finish_reason is FinishReason.CANCELLED
    assert found.revision == ""
    assert found.error.startswith(f"The server at {server.url} serves another model as tiny than served: it goes")
    assert len(server.requests) == 1


def test_another_tokenizer_is_noticed_by_its_count(served: ServedCritic) -> None:
    behaviour = ServedNetwork()
    with serving(behaviour) as server:
        engine = engine_at(server, served)
        repaired(engine)
        behaviour.counts_more = 1
        found = repaired(engine)
        engine.close()
    assert found.finish_reason is FinishReason.CANCELLED
    assert "so it serves another model or tokenizer than served: serve the folder" in found.error


def test_a_server_without_completions_is_not_asked_in_chat(served: ServedCritic) -> None:
    behaviour = ServedNetwork()
    behaviour.refuses = 404
    with serving(behaviour) as server:
        engine = engine_at(server, served)
        found = repaired(engine)
        engine.close()
    assert found.finish_reason is FinishReason.ERROR
    assert "the paths /completions" in found.error
    assert {path for path, _ in server.requests} == {"/v1/completions"}


def test_the_server_is_recognised_once_and_again_when_it_is_told_to(served: ServedCritic) -> None:
    behaviour = ServedNetwork()
    with serving(behaviour) as server:
        engine = engine_at(server, served)
        repaired(engine)
        repaired(engine)
        assert len(server.requests) == len(served.probes) + 2
        behaviour.network = tiny_network(1, context=CONTEXT)
        engine.recognise_again()
        found = repaired(engine)
        engine.close()
    assert "serves another model" in found.error


def test_after_an_outage_it_is_recognised_before_anything_is_written(served: ServedCritic) -> None:
    behaviour = ServedNetwork()
    silent = 0

    def answer(answering: Answering, number: int) -> None:
        nonlocal silent
        if silent:
            silent -= 1
            behaviour.network = tiny_network(1, context=CONTEXT)
            return answering.refuse(503, "starting")
        return behaviour(answering, number)

    with serving(behaviour) as server:
        server.behaviour = answer
        engine = engine_at(server, served, patience_seconds=60.0)
        assert repaired(engine).error == ""
        silent = 3
        found = repaired(engine)
        engine.close()
    assert found.finish_reason is FinishReason.CANCELLED
    assert "serves another model" in found.error


def test_a_server_that_is_away_is_waited_for(served: ServedCritic) -> None:
    behaviour = ServedNetwork()

    def answer(answering: Answering, number: int) -> None:
        if number < 3:
            return answering.refuse(503, "starting")
        return behaviour(answering, number)

    with serving(behaviour) as server:
        server.behaviour = answer
        engine = engine_at(server, served, patience_seconds=60.0)
        many = [RepairRequest(**{**ASKED.__dict__, "key": f"{place}"}) for place in range(4)]

        async def all_of_them() -> list[Repair]:
            return await asyncio.gather(*(ReflectiveCritic(engine).repair(one) for one in many))

        found = asyncio.run(all_of_them())
        engine.close()
    assert {one.error for one in found} == {""}
    assert len({one.revision for one in found}) == 1


def test_a_sample_that_no_text_can_ask_for_is_one_sentence(served: ServedCritic) -> None:
    ids = (60,)
    with serving(ServedNetwork(text_only=True)) as server:
        engine = engine_at(server, served)
        sampling = SamplingSettings(temperature=0.0, max_new_tokens=4)
        request = WriteRequest(prompt="", prompt_ids=ids, keys=("a",), sampling=sampling)
        repaired(engine)
        found = asyncio.run(write_one(engine, request))
        engine.close()
    assert found.finish_reason is FinishReason.ERROR
    assert "takes prompts as text only, and no text becomes these tokens" in found.error


def test_each_of_two_servers_is_recognised_and_a_stranger_among_them_is_named(served: ServedCritic) -> None:
    def some(urls: list[str]) -> list[Repair]:
        engine = ServedCriticEngine(
            urls, "tiny", name="served", tokenizer=tiny_tokenizer(), served=served, first_pause_seconds=0.001
        )  # fmt: skip
        try:
            return asyncio.run(both(engine))
        finally:
            engine.close()

    async def both(engine: ServedCriticEngine) -> list[Repair]:
        critic = ReflectiveCritic(engine)
        return list(await asyncio.gather(*(critic.repair(ASKED) for _ in range(2))))

    probes = len(served.probes)
    with serving(ServedNetwork()) as one, serving(ServedNetwork()) as other:
        here = repaired_here()
        assert {repair.revision for repair in some([one.url, other.url])} == {here.revision}
        assert min(len(one.requests), len(other.requests)) > probes

    def stranger(answer: Answering, _: int) -> None:
        answer.say("of", " another", " model")

    with serving(ServedNetwork()) as one, stand_in(stranger) as other:
        errors = [repair.error for repair in some([one.url, other.url]) if repair.error]
    assert errors
    assert all(f"The server at {other.url} " in error for error in errors)

"""Several servers under one name: they are asked whether they serve one model, and refused in a sentence where not."""

import pytest

from models import Checkpoint, Store
from models.checkpoint import servers_of
from settings import Settings
from tests.free_port import free_port
from tests.worker.engines.stand_in_server import Answering, stand_in
from worker.addresses import BadAddress
from worker.checkpoints import add_endpoint
from worker.checkpoints.same_model import PROMPTS, DifferentModels, refuse_different_models
from worker.opening import open_engine

SETTINGS = Settings(device="cpu", endpoint_patience_seconds=0)


def says(*answers: str) -> "object":
    """Goes on with one of these, by the prompt's place among the probes."""

    def behave(answer: Answering, _: int) -> None:
        answer.say(answers[PROMPTS.index(answer.body["prompt"]) % len(answers)])

    return behave


def test_servers_that_write_alike_are_one_checkpoint_whose_engine_asks_all(sqlite_store: Store) -> None:
    # They may part at two close tokens.
    rounded = says(" a", " b", " c", " d", " e"), says(" a", " b", " c", " d", " another")
    with stand_in(rounded[0]) as one, stand_in(rounded[1]) as other:  # type: ignore[arg-type]
        refuse_different_models(SETTINGS, [one.url, other.url], "small")
        assert len(one.requests) == len(other.requests) == len(PROMPTS)
        assert {body["temperature"] for _, body in one.requests} == {0.0}
        assert add_endpoint(sqlite_store, "both", [one.url, other.url], "small") == "both"
        with sqlite_store.reader() as session:
            row = session.query(Checkpoint).one()
            assert servers_of(row.location) == ((one.url, other.url), "small")
            session.expunge(row)
        engine = open_engine(SETTINGS, row)
        engine.close()


def test_servers_of_different_models_are_refused_with_what_they_write() -> None:
    with stand_in(says(" a")) as one, stand_in(says(" b")) as other:  # type: ignore[arg-type]
        with pytest.raises(DifferentModels) as raised:
            refuse_different_models(SETTINGS, [one.url, other.url], "small")
        sentence = str(raised.value)
    assert f"{one.url} and {other.url} serve different models as 'small'" in sentence
    assert "' a', the other with ' b'" in sentence


def test_a_server_that_does_not_answer_is_named() -> None:
    dead = f"http://127.0.0.1:{free_port()}/v1"
    with stand_in(says(" a")) as one, pytest.raises(DifferentModels, match=dead):  # type: ignore[arg-type]
        refuse_different_models(SETTINGS, [one.url, dead], "small")


def test_a_server_that_is_named_twice_is_refused(sqlite_store: Store) -> None:
    with pytest.raises(BadAddress, match="named twice"):
        add_endpoint(sqlite_store, "x", ["http://localhost:1/v1", "http://localhost:1/v1/"], "small")

"""The key for bases behind servers: sent to them, and to be found nowhere else."""

import asyncio
import logging
import re
from pathlib import Path

import pytest

from models import Store
from models.enums import CheckpointKind, FinishReason
from settings import Settings, SettingsError, load_settings
from tests.worker.engines.stand_in_server import Answering, StandIn, stand_in
from worker.checkpoints.adding import add_endpoint
from worker.engines import Sample, SamplingSettings, StopRule, WriteRequest
from worker.runs.plan import PlannedCheckpoint
from worker.service import Service

KEY = "sk-very-secret-0123456789"
DRAFT = WriteRequest(
    prompt="func f() int {\n", keys=("k/0",), sampling=SamplingSettings(max_new_tokens=20), stop=StopRule.GO_BODY
)


def only_with_the_key(answer: Answering, _: int) -> None:
    """Says no like some servers do: with the key that it was shown."""
    shown = answer.headers.get("Authorization", "")
    if shown == f"Bearer {KEY}":
        answer.say("\treturn 1\n}")
    else:
        answer.refuse(401, f"Incorrect API key provided: {shown.removeprefix('Bearer ')}")


async def collected(service: Service, base: PlannedCheckpoint) -> list[Sample]:
    return [sample async for sample in service.engine(base, None).write(DRAFT)]


def drafted(store: Store, server: StandIn, settings: Settings) -> Sample:
    """What a worker with these settings gets from a registered base behind the server."""
    name = add_endpoint(store, "served", server.url, "small")
    base = PlannedCheckpoint(
        id=1, name=name, kind=CheckpointKind.ENDPOINT, location=f"{server.url}#small", content_hash="0" * 64
    )
    with Service(settings, store) as service:
        [sample] = asyncio.run(collected(service, base))
    return sample


def test_a_server_that_demands_a_key_is_shown_the_one_that_was_set(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEKHNE_ENDPOINT_KEY", f" {KEY}\n")
    with stand_in(only_with_the_key) as server:
        sample = drafted(sqlite_store, server, load_settings())
    assert (sample.text, sample.finish_reason, sample.error) == ("\treturn 1\n}", FinishReason.COMPLETE, "")


def test_without_a_key_the_sentence_names_the_setting(sqlite_store: Store) -> None:
    with stand_in(only_with_the_key) as server:
        sample = drafted(sqlite_store, server, Settings())
    assert sample.finish_reason is FinishReason.ERROR
    assert "HTTP 401" in sample.error
    assert "TEKHNE_ENDPOINT_KEY" in sample.error


def test_a_key_is_neither_logged_nor_stored_nor_in_a_samples_sentence(
    sqlite_store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    wrong = KEY + "-old"
    settings = Settings(endpoint_key=wrong)  # type: ignore[arg-type]  # pydantic makes it a secret
    with caplog.at_level(logging.DEBUG), stand_in(only_with_the_key) as server:
        sample = drafted(sqlite_store, server, settings)
        assert server.headers[0]["Authorization"] == f"Bearer {wrong}"
    assert "Incorrect API key provided: [the key]" in sample.error
    assert caplog.text
    assert KEY not in caplog.text + repr(settings) + repr(sample)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files
    assert not any(KEY.encode() in path.read_bytes() for path in files)


def test_no_line_per_request_is_logged(sqlite_store: Store, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO), stand_in(only_with_the_key) as server:
        drafted(sqlite_store, server, Settings())
        assert server.requests
    assert "HTTP" not in caplog.text


def test_a_key_that_no_header_may_carry_is_refused_without_being_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEKHNE_ENDPOINT_KEY", "sk-schlüssel")
    with pytest.raises(SettingsError, match=re.escape("TEKHNE_ENDPOINT_KEY=… cannot be used")) as refused:
        load_settings()
    assert "schl" not in str(refused.value)

"""Model servers may be on this machine and on public addresses; elsewhere only where a setting says so."""

import asyncio
from collections.abc import Iterator

import httpx2
import pytest

from settings import Settings
from tests.worker.engines.stand_in_server import Answering, stand_in
from worker.addresses import ForbiddenAddress, refuse_address
from worker.engines import connecting
from worker.engines.openai_client import chat_answer
from worker.engines.server_errors import ServerError
from worker.opening import UnregisteredCheckpoint, open_engine


@pytest.mark.parametrize(
    "url", ["http://localhost:8000/v1", "http://127.0.0.1:1/v1", "http://[::1]/v1", "https://8.8.8.8/v1"]
)
def test_this_machine_and_public_addresses_are_allowed(url: str) -> None:
    refuse_address(url, private_allowed=False)


@pytest.mark.parametrize(
    "url",
    ["http://10.0.0.1/v1", "http://192.168.1.9:8000/v1", "http://172.16.3.4/v1", "http://[fd00::1]/v1",
     "http://[::ffff:10.0.0.1]/v1", "http://167772161/v1", "http://100.64.0.1/v1"],
)  # fmt: skip
def test_a_private_network_is_allowed_by_a_setting_alone(url: str) -> None:
    with pytest.raises(ForbiddenAddress, match="set TEKHNE_PRIVATE_ENDPOINTS=true"):
        refuse_address(url, private_allowed=False)
    refuse_address(url, private_allowed=True)


@pytest.mark.parametrize(
    "url", ["http://169.254.169.254/v1", "http://[fe80::1]/v1", "http://0.0.0.0/v1", "http://224.0.0.1/v1"]
)
def test_where_clouds_keep_their_credentials_no_setting_leads(url: str) -> None:
    for allowed in (False, True):
        with pytest.raises(ForbiddenAddress, match="where no model server is"):
            refuse_address(url, private_allowed=allowed)


def test_an_address_is_looked_at_again_when_a_server_is_opened() -> None:
    server = UnregisteredCheckpoint(location="http://10.0.0.1/v1#m", kind="endpoint")  # type: ignore[arg-type]
    with pytest.raises(ForbiddenAddress):
        open_engine(Settings(), server)


def test_a_server_that_redirects_is_not_followed() -> None:
    asked: list[str] = []

    def redirect(answering: Answering, _number: int) -> None:
        asked.append(answering.path)
        answering.refuse(307, "elsewhere", Location="/secret")

    with stand_in(redirect) as server, pytest.raises(ServerError, match="307"):
        chat_answer(server.url, "key", {"model": "m", "messages": []})
    assert asked == ["/v1/chat/completions"]


def test_a_name_that_leads_into_a_private_network_is_refused_as_its_address_is() -> None:
    with pytest.raises(ForbiddenAddress, match=r"leads to 10\.1\.2\.3, which is on a private network"):
        refuse_address(
            "https://models.example/v1", private_allowed=False, resolve=lambda _: ["8.8.8.8", "10.1.2.3"]
        )


@pytest.mark.parametrize("later", ["10.1.2.3", "169.254.169.254", "::ffff:192.168.0.1"])
def test_a_name_that_moves_after_it_was_looked_at_is_connected_to_nowhere(later: str) -> None:
    answers: Iterator[list[str]] = iter([["8.8.8.8"], [later], [later]])

    def moving(_: str) -> list[str]:
        return next(answers)

    url = "http://models.example/v1"
    refuse_address(url, private_allowed=False, resolve=moving)
    with (
        connecting.client(url, private_allowed=False, timeout_seconds=30, resolve=moving) as client,
        pytest.raises(ForbiddenAddress),
    ):
        client.post(url)

    async def post() -> None:
        async with connecting.async_client(
            url, private_allowed=False, timeout_seconds=30, resolve=moving
        ) as client:
            await client.post(url)

    with pytest.raises(ForbiddenAddress):
        asyncio.run(post())


def test_a_name_with_several_addresses_is_connected_to_the_one_that_answers() -> None:
    with stand_in(lambda answering, _: answering.answer({"choices": []})) as server:
        url = server.url.replace("127.0.0.1", "models.example")

        # Nobody listens on the first, which is this machine as well.
        def resolve(_: str) -> list[str]:
            return ["127.9.9.9", "127.0.0.1"]

        with connecting.client(url, private_allowed=False, timeout_seconds=30, resolve=resolve) as client:
            answer = client.post(f"{url}/completions", json={})
    assert answer.status_code == 200
    assert server.headers[0]["Host"].startswith("models.example:")


def test_a_name_that_nobody_knows_is_a_connection_error() -> None:
    with (
        connecting.client("http://nobody.invalid", private_allowed=False, timeout_seconds=30) as client,
        pytest.raises(httpx2.ConnectError),
    ):
        client.post("http://nobody.invalid")

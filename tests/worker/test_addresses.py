"""Model servers may be on this machine and on public addresses; elsewhere only where a setting says so."""

import asyncio
from collections.abc import Iterator

import httpx2
import pytest

from settings import Settings
from tests.worker.engines.stand_in_server import Answering, stand_in
from worker.addresses import BadAddress, ForbiddenAddress, refuse_address
from worker.engines import connecting
from worker.engines.openai_client import chat_object
from worker.engines.server_errors import ServerError
from worker.opening import UnregisteredCheckpoint, open_engine


@pytest.mark.parametrize(
    "url",
    ["http://localhost:8000/v1", "http://127.0.0.1:1/v1", "http://[::1]/v1", "https://8.8.8.8/v1", "HTTP://8.8.8.8/v1",
     "http://[::ffff:127.0.0.1]/v1", "http://[::ffff:8.8.8.8]/v1", "http://[64:ff9b::808:808]/v1",
     "http://[2002:808:808::1]/v1", "https://[2606:4700:4700::1111]/v1"],
)  # fmt: skip
def test_this_machine_and_public_addresses_are_allowed(url: str) -> None:
    refuse_address(url, private_allowed=False)


@pytest.mark.parametrize(
    "url",
    ["http://10.0.0.1/v1", "http://192.168.1.9:8000/v1", "http://172.16.3.4/v1", "http://[fd00::1]/v1",
     "http://[::ffff:10.0.0.1]/v1", "http://167772161/v1", "http://100.64.0.1/v1", "http://012.0.0.1/v1",
     "http://0xa.1/v1", "http://10.1/v1", "http://[64:ff9b::a00:1]/v1", "http://[64:ff9b:1::a00:1]/v1",
     "http://[2002:a00:1::1]/v1", "http://[2002:7f00:1::1]/v1", "http://[64:ff9b::7f00:1]/v1",
     "http://[::7f00:1]/v1", "http://[::a00:1]/v1", "http://[fec0::1]/v1", "http://[2001:0:808:808::f5ff:fffe]/v1"],
)  # fmt: skip
def test_a_private_network_is_allowed_by_a_setting_alone(url: str) -> None:
    with pytest.raises(ForbiddenAddress, match="set TEKHNE_PRIVATE_ENDPOINTS=true"):
        refuse_address(url, private_allowed=False)
    refuse_address(url, private_allowed=True)


@pytest.mark.parametrize(
    "url",
    ["http://169.254.169.254/v1", "http://[fe80::1]/v1", "http://0.0.0.0/v1", "http://224.0.0.1/v1", "http://0/v1",
     "http://[::]/v1", "http://2852039166/v1", "http://0xa9.0xfe.0xa9.0xfe/v1", "http://0251.0376.0251.0376/v1",
     "http://[::ffff:169.254.169.254]/v1", "http://[::ffff:0.0.0.0]/v1", "http://[64:ff9b::a9fe:a9fe]/v1",
     "http://[2002:a9fe:a9fe::1]/v1", "http://[::a9fe:a9fe]/v1", "http://[ff02::1]/v1"],
)  # fmt: skip
def test_where_clouds_keep_their_credentials_no_setting_leads(url: str) -> None:
    for allowed in (False, True):
        with pytest.raises(ForbiddenAddress, match="where no model server is"):
            refuse_address(url, private_allowed=allowed)


@pytest.mark.parametrize(
    "url",
    ["http:///v1", "http://:80/v1", "http://[::1", "http://[x]/v1", "http://h:99999/v1", "http://h:x/v1",
     "http://h:0/v1", "ftp://h/v1", "h/v1", "", "http://h/v1#m", "http://h/v1?key=k", "http://h h/v1",
     "http://h/\x1b[2J", "http://h\\@g/v1", "http://h/v1\n"],
)  # fmt: skip
def test_what_is_no_url_of_a_server_is_one_sentence(url: str) -> None:
    with pytest.raises(BadAddress, match=r"is no server's URL|holds a name or password") as caught:
        refuse_address(url, private_allowed=True, resolve=lambda _: [])
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("url", ["http://u:geheim@h/v1", "http://geheim@h/v1", "https://u:geheim@@h:80/v1"])
def test_a_password_in_a_url_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(BadAddress, match="give the server's key as TEKHNE_ENDPOINT_KEY") as caught:
        refuse_address(url, private_allowed=True, resolve=lambda _: [])
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize("url", ["http://u:geheim@[::1/v1", "http://u:geheim@/v1", "ftp://u:geheim@h/v1"])
def test_nor_is_it_where_the_url_is_none(url: str) -> None:
    with pytest.raises(BadAddress) as caught:
        refuse_address(url, private_allowed=True, resolve=lambda _: [])
    assert "geheim" not in str(caught.value)


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
        chat_object(server.url, "key", {"model": "m", "messages": []})
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

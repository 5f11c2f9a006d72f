"""Clients that send nothing, send slowly, do not read or come in crowds, as real sockets against a real server."""

import asyncio
import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from socket import create_connection, create_server, socket

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from app.connections import PatientProtocol, RareWarnings

LAST_CHUNK = b"0\r\n\r\n"
REQUEST = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
BUSY_SECONDS = 3.0


class Hasty(PatientProtocol):
    HEAD_SECONDS = 1.5
    UNREAD_SECONDS = 1.5
    MOST_CONNECTIONS = 5


class HastyCrowd(Hasty):
    HEAD_SECONDS = 600.0


ended: list[str] = []


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """`/slow` thinks longer than a head may take, `/large` never ends, `/early` answers before it reads the body."""
    if scope["path"] == "/slow":
        await asyncio.sleep(BUSY_SECONDS)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    while scope["path"] == "/early" and (await receive())["type"] != "http.disconnect":
        pass
    while scope["path"] == "/large":
        await send({"type": "http.response.body", "body": b"x" * 100_000, "more_body": True})
        message = None
        with suppress(TimeoutError):
            async with asyncio.timeout(0):
                message = await receive()
        if message and message["type"] == "http.disconnect":
            ended.append("large")
            return
    await send({"type": "http.response.body", "body": b"done"})


@contextmanager
def served(protocol: type[PatientProtocol]) -> Iterator[int]:
    with create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(application, http=protocol, lifespan="off", log_level="warning", log_config=None)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=lambda: asyncio.run(server.serve([listener])), daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield listener.getsockname()[1]
        server.should_exit = server.force_exit = True
        thread.join()


def connected(port: int) -> socket:
    return create_connection(("127.0.0.1", port), timeout=60)


def everything(connection: socket) -> bytes:
    """What comes until the server closes; a connection that stays open ends the test after a minute."""
    parts = []
    with suppress(ConnectionError):
        while part := connection.recv(65_536):
            parts.append(part)
    return b"".join(parts)


def test_a_connection_that_sends_nothing_is_closed() -> None:
    with served(Hasty) as port, connected(port) as silent:
        assert everything(silent) == b""


def test_a_head_that_comes_a_byte_at_a_time_is_given_up() -> None:
    with served(Hasty) as port, connected(port) as slow:
        sent = 0
        with suppress(ConnectionError):
            for byte in REQUEST + b"X" * 10_000:
                slow.sendall(bytes([byte if sent < len(REQUEST) - 2 else 88]))
                sent += 1
                time.sleep(0.05)
        assert sent < 10_000
        assert everything(slow) == b""


@pytest.mark.parametrize("first", [b"", b"GET"])
def test_the_second_request_of_a_connection_has_to_come_whole_as_well(first: bytes) -> None:
    with served(Hasty) as port, connected(port) as kept:
        kept.sendall(REQUEST)
        answered = b""
        while not answered.endswith(LAST_CHUNK):
            answered += kept.recv(65_536)
        kept.sendall(REQUEST[: len(first)] or REQUEST)
        left = everything(kept) if first else kept.recv(65_536)
        assert (b"200" in left) == (not first)


def test_a_request_that_takes_long_to_answer_is_answered() -> None:
    with served(Hasty) as port, connected(port) as patient:
        patient.sendall(REQUEST.replace(b"/ ", b"/slow "))
        assert b"200" in patient.recv(65_536)


def test_an_answer_that_nobody_reads_is_given_up() -> None:
    ended.clear()
    with served(Hasty) as port, connected(port) as deaf:
        deaf.sendall(REQUEST.replace(b"/ ", b"/large "))
        while not ended:
            time.sleep(0.01)


def test_a_crowd_that_sends_nothing_keeps_nobody_out() -> None:
    with served(HastyCrowd) as port:
        crowd = [connected(port) for _ in range(20)]
        with connected(port) as reader:
            reader.sendall(REQUEST)
            assert b"200" in reader.recv(65_536)
        for one in crowd[:10]:
            assert everything(one) == b"", "the oldest were closed to make room"
        for one in crowd:
            one.close()


@pytest.mark.parametrize("late", [False, True])
def test_nonsense_is_refused_with_a_line_a_minute_whenever_it_comes(
    late: bool, caplog: pytest.LogCaptureFixture
) -> None:
    """One line for each of 30, or, where the answer had begun, a traceback for each, filled the log."""
    beginning = b"POST /early HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n"
    rare = RareWarnings()
    logging.getLogger("uvicorn.error").addFilter(rare)
    with served(Hasty) as port:
        for _ in range(30):
            with connected(port) as rude:
                if late:
                    rude.sendall(beginning)
                    assert rude.recv(65_536).startswith(b"HTTP/1.1 200")
                rude.sendall(b"\x16\x03\x01 nonsense\r\n\r\n")
                answer = everything(rude)
                assert answer.startswith(b"HTTP/1.1 400") is not late
    logging.getLogger("uvicorn.error").removeFilter(rare)
    assert [record.getMessage() for record in caplog.records] == ["Invalid HTTP request received."]


def test_a_warning_that_comes_again_after_a_minute_counts_those_between(caplog: pytest.LogCaptureFixture) -> None:
    moment = [100.0]
    log = logging.getLogger("tests.rare")
    log.addFilter(RareWarnings(clock=lambda: moment[0]))
    for seconds in (0, 1, 58, 2, 0):
        moment[0] += seconds
        log.warning("nonsense")
        log.error("an error is always said")
    log.warning("another thing")
    said = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert said == ["nonsense", "nonsense (and 2 more of these before it)", "another thing"]
    assert len(caplog.records) == len(said) + 5

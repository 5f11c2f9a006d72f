"""The advice in a server's error fits the error: each kind of failure from a real socket."""

import asyncio
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import create_server, socket

import pytest

from models.enums import FinishReason
from tests.free_port import free_port
from tests.worker.engines.stand_in_server import Answering
from tests.worker.engines.test_openai_compatible import DRAFT, answers, collected, engine_on

VLLM_CONTEXT = (
    "This model's maximum context length is 512 tokens. However, you requested 700 tokens in max_tokens."
)
ADVICE = {
    "key": (401, "Incorrect API key provided", "set TEKHNE_ENDPOINT_KEY"),
    "rights": (403, "not your model", "does not let it use this model"),
    "model": (404, "The model `small` does not exist.", "no model small"),
    "ollama's model": (404, 'model "small" not found, try pulling it first', "no model small"),
    "address": (404, "Not Found", "/chat/completions have to follow it"),
    "method": (405, "Method Not Allowed", "/chat/completions have to follow it"),
    "limit": (429, "Rate limit reached", "limit of requests"),
    "credit": (429, "You exceeded your current quota, please check your plan and billing details.", "no credit"),
    "server": (500, "Internal Server Error", "its log says why"),
    "proxy": (502, "Bad Gateway", "that the server runs"),
    "context": (400, VLLM_CONTEXT, "lower max_new_tokens"),
    "size": (413, "Payload Too Large", "lower max_new_tokens"),
    "request": (400, "stop is odd", "refuses"),
    "a key by 400": (400, "API key not valid. Please pass a valid API key.", "set TEKHNE_ENDPOINT_KEY"),
    "a key by 403": (403, "Incorrect API key provided", "set TEKHNE_ENDPOINT_KEY"),
    "credit by 400": (400, "Your credit balance is too low to access the API.", "no credit"),
    "credit by 403": (403, "Insufficient credits", "no credit"),
    "a model by 400": (400, "small is not a valid model ID", "no model small"),
    "an input": (400, "Input length 700 exceeds the maximum allowed length of 512", "lower max_new_tokens"),
    "TGI's input": (
        422,
        "Input validation error: `inputs` must have less than 512 tokens.",
        "lower max_new_tokens",
    ),
    "TGI's sum": (422, "`inputs` tokens + `max_new_tokens` must be <= 512. Given: 700", "lower max_new_tokens"),
    "llama.cpp loads": (503, "Loading model", "still be loading the model"),
    "overload": (529, "Overloaded", "it may be overloaded"),
    "a balancer": (503, "the load balancer has no healthy upstream", "that the server runs"),
}


@pytest.mark.parametrize("name", ADVICE)
def test_an_answer_that_refuses_says_what_to_do(name: str) -> None:
    status, words, advice = ADVICE[name]
    [sample], server = answers(lambda answer, _: answer.refuse(status, words))
    assert sample.finish_reason is FinishReason.ERROR
    assert words in sample.error
    assert advice in sample.error
    others = {one for _, _, one in ADVICE.values()} - {
        advice,
        "it may be overloaded",
        "still be loading the model",
    }
    assert not [other for other in others if other in sample.error]
    if advice in ("lower max_new_tokens", "set TEKHNE_ENDPOINT_KEY", "no credit") and status != 429:
        assert len(server.requests) == 1, "what does not change by asking otherwise is asked once"


def error_at(url: str, **options: object) -> str:
    with engine_on(url, **options) as engine:
        [sample] = asyncio.run(collected(engine, DRAFT))
    assert sample.finish_reason is FinishReason.ERROR
    return sample.error


@contextmanager
def silent_listener() -> Iterator[str]:
    """Takes connections and says nothing."""
    with create_server(("127.0.0.1", 0)) as listener:
        held: list[socket] = []

        def take() -> None:
            try:
                while True:
                    held.append(listener.accept()[0])
            except OSError:
                return

        thread = threading.Thread(target=take, daemon=True)
        thread.start()
        yield f"127.0.0.1:{listener.getsockname()[1]}"
        # Closing alone does not wake a thread that waits for a connection.
        listener.shutdown(2)
        thread.join()
        for connection in held:
            connection.close()


def test_nobody_listening_is_about_the_server_and_no_key() -> None:
    error = error_at(f"http://127.0.0.1:{free_port()}/v1")
    assert "that the server runs" in error
    assert "KEY" not in error


def test_a_name_that_nobody_has_is_about_the_name() -> None:
    assert "no address is known for this name" in error_at("http://nobody.invalid/v1")


def test_a_server_without_tls_behind_https_is_about_tls_and_asked_once() -> None:
    answered = threading.Event()

    def plain(listener: socket) -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(100)
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        answered.set()

    with create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=plain, args=(listener,), daemon=True)
        thread.start()
        error = error_at(f"https://127.0.0.1:{listener.getsockname()[1]}/v1")
        assert answered.wait(30)
        thread.join()
    assert "else write http" in error
    assert "tries" not in error


def test_an_untrusted_certificate_is_about_tls(tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(Path(__file__).parent / "untrusted.pem")
    with create_server(("127.0.0.1", 0)) as listener:

        def shake() -> None:
            connection, _ = listener.accept()
            with connection:
                try:
                    context.wrap_socket(connection, server_side=True)
                except OSError:
                    return

        thread = threading.Thread(target=shake, daemon=True)
        thread.start()
        error = error_at(f"https://127.0.0.1:{listener.getsockname()[1]}/v1")
        thread.join()
    assert "certificate that this machine trusts" in error


def test_a_server_that_never_answers_is_about_time() -> None:
    with silent_listener() as place:
        assert "takes too long" in error_at(f"http://{place}/v1", timeout_seconds=0.2)


def test_a_redirect_is_not_followed_and_says_where_it_leads() -> None:
    def away(answer: Answering, _: int) -> None:
        answer.send_response(307)
        answer.send_header("Location", "http://169.254.169.254/latest")
        answer.send_header("Content-Length", "0")
        answer.end_headers()

    [sample], server = answers(away)
    assert "169.254.169.254" in sample.error
    assert "redirects are not followed" in sample.error
    assert len(server.requests) == 1


def test_what_is_no_answer_of_such_a_server_is_about_the_url() -> None:
    def page(answer: Answering, _: int) -> None:
        answer.send_response(200)
        answer.send_header("Content-Type", "text/html")
        answer.send_header("Content-Length", "6")
        answer.end_headers()
        answer.wfile.write(b"<html>")

    [sample], _ = answers(page)
    assert "no answer of an OpenAI-compatible server" in sample.error

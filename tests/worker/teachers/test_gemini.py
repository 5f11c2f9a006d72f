"""Google's models against a local server that speaks their protocol: the library, plain REST, and what goes wrong."""

import json
from dataclasses import replace
from typing import Any

import pytest

from tests.worker.teachers.serving import ANSWER, CASE, Script, serving
from worker.engines.openai_client import TRIES
from worker.teachers.accounting import Usage
from worker.teachers.gemini import Generate, GoogleTeacher, by_library, by_token
from worker.teachers.teacher import (
    MissingOption,
    NoLesson,
    TeacherExhausted,
    TeacherOptions,
    TeacherUnreachable,
    open_teacher,
)

WAYS = {"library": by_library, "token": by_token}
COUNTS = {"promptTokenCount": 300, "candidatesTokenCount": 40, "thoughtsTokenCount": 60, "totalTokenCount": 400}


def answer(text: str | None = ANSWER, finish: str = "STOP", **more: Any) -> bytes:
    parts = [{"text": "Hm, one too many?", "thought": True}, *([{"text": text}] if text is not None else [])]
    candidate = {"content": {"role": "model", "parts": parts}, "finishReason": finish, "index": 0}
    return json.dumps({"candidates": [candidate], "usageMetadata": COUNTS, **more}).encode()


def refusal(status: int, words: str, *details: dict[str, Any]) -> tuple[int, bytes]:
    return status, json.dumps({"error": {"code": status, "message": words, "details": list(details)}}).encode()


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> Generate:
    return WAYS[request.param]


def teacher(url: str, way: Generate, pauses: list[float] | None = None) -> GoogleTeacher:
    slept = pauses if pauses is not None else []
    project = "my-project" if way is by_token else ""
    return GoogleTeacher(
        url=url.removesuffix("/v1"),
        model="gemini-small",
        key="secret",
        sleep=slept.append,
        generate=way,
        project=project,
    )


def test_an_answer_becomes_a_lesson_without_what_was_thought(way: Generate) -> None:
    script = Script([(200, answer())])
    with serving(script) as url:
        lesson = teacher(url, way).teach(CASE)
    assert lesson.reflection == "It adds one too many."
    assert "return 1" in lesson.revision
    assert lesson.usage == Usage(input_tokens=300, output_tokens=100)
    assert "want 1" in json.dumps(script.asked[0])
    [path], [key] = script.paths, script.keys
    if way is by_token:
        expected = "/v1/projects/my-project/locations/global/publishers/google/models/gemini-small:generateContent"
        assert (path, key) == (expected, "Bearer secret")
    else:
        assert path.endswith("/models/gemini-small:generateContent")
        assert key == "secret"
        assert "secret" not in path


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (json.dumps({"promptFeedback": {"blockReason": "SAFETY"}}).encode(), "refused the question"),
        (json.dumps({"candidates": [], "usageMetadata": COUNTS}).encode(), "without a candidate"),
        (answer(None), "no text"),
        (answer(None, "SAFETY"), "SAFETY"),
        (answer(ANSWER, "RECITATION"), "RECITATION"),
        (answer(ANSWER, "MAX_TOKENS"), "cut off"),
        (answer("I cannot help."), "requested form"),
    ],
)
def test_blocks_and_empty_answers_are_no_lesson(way: Generate, body: bytes, why: str) -> None:
    script = Script([(200, body)])
    with serving(script) as url, pytest.raises(NoLesson, match=why):
        teacher(url, way).teach(CASE)
    assert len(script.asked) == 1


def test_overload_and_garbage_are_tried_again(way: Generate) -> None:
    pauses: list[float] = []
    failures = [refusal(500, "internal"), refusal(503, "overloaded"), (200, b"not json"), (200, b"{}")]
    with serving(Script([*failures, (200, answer())])) as url:
        assert teacher(url, way, pauses).teach(CASE).revision
    assert len(pauses) == len(failures) == TRIES - 1
    assert pauses == sorted(pauses)


def test_a_limit_of_the_minute_waits_as_long_as_the_server_says(way: Generate) -> None:
    pauses: list[float] = []
    retry = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "34s"}
    limit = {"violations": [{"quotaId": "GenerateRequestsPerMinutePerProjectPerModel-FreeTier"}]}
    limited = refusal(429, "You exceeded your current quota, please check your plan.", limit, retry)
    with serving(Script([limited, (200, answer())])) as url:
        assert teacher(url, way, pauses).teach(CASE).revision
    assert len(pauses) == 1
    assert 30 < pauses[0] <= 34


def test_a_limit_of_the_day_ends_at_once(way: Generate) -> None:
    retry = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "34s"}
    limit = {"violations": [{"quotaId": "GenerateRequestsPerDayPerProjectPerModel-FreeTier"}]}
    script = Script([refusal(429, "You exceeded your current quota.", limit, retry)])
    with serving(script) as url, pytest.raises(TeacherExhausted, match="goes on where it stopped"):
        teacher(url, way).teach(CASE)
    assert len(script.asked) == 1


@pytest.mark.parametrize(
    ("status", "words", "advice"),
    [
        (400, "API key not valid. Please pass a valid API key.", "set GEMINI_API_KEY to a key"),
        (401, "Request had invalid authentication credentials.", "set GEMINI_API_KEY to a key"),
        (403, "Permission denied.", "does not let it use this model"),
        (404, "models/gemini-small is not found for API version v1beta", "gemini-small"),
    ],
)
def test_a_refusal_ends_at_once_and_never_shows_the_key(
    way: Generate, status: int, words: str, advice: str
) -> None:
    script = Script([refusal(status, f"{words} (secret)")])
    with serving(script) as url, pytest.raises(TeacherUnreachable) as refused:
        replace(teacher(url, way), key_name="GEMINI_API_KEY").teach(CASE)
    assert len(script.asked) == 1
    assert advice in str(refused.value)
    assert "secret" not in str(refused.value)


def test_nobody_there_is_one_sentence(way: Generate) -> None:
    with serving(Script([])) as url:
        pass
    with pytest.raises(TeacherUnreachable, match="does not answer"):
        teacher(url, way).teach(CASE)


def test_the_key_comes_from_the_environment_and_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GEMINI_API_KEY", "GOOGLE_API_KEY", "TEKHNE_TEACHER_KEY"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(MissingOption, match="TEKHNE_TEACHER_KEY or GEMINI_API_KEY or GOOGLE_API_KEY"):
        open_teacher("gemini", TeacherOptions(model="m"))
    monkeypatch.setenv("GOOGLE_API_KEY", "abc")
    opened = open_teacher("gemini", TeacherOptions(model="m"))
    assert isinstance(opened, GoogleTeacher)
    assert opened.key == "abc"
    assert "abc" not in repr(opened)


def test_vertex_takes_a_token_alone_or_the_machine_s_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GOOGLE_ACCESS_TOKEN", raising=False)
    with pytest.raises(MissingOption, match="--model and --project"):
        open_teacher("vertex", TeacherOptions(model="m"))
    options = TeacherOptions(model="m", project="p", location="europe-west4")
    by_machine = open_teacher("vertex", options)
    monkeypatch.setenv("GOOGLE_ACCESS_TOKEN", "abc")
    by_bearer = open_teacher("vertex", options)
    assert isinstance(by_machine, GoogleTeacher)
    assert isinstance(by_bearer, GoogleTeacher)
    assert (by_machine.generate, by_bearer.generate) == (by_library, by_token)


def test_a_machine_without_credentials_is_told_so(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", f"{tmp_path}/none.json")
    with serving(Script([])) as url, pytest.raises(TeacherUnreachable, match="sign-in"):
        GoogleTeacher(url=url, model="m", generate=by_library, project="p", key="").ask("?")

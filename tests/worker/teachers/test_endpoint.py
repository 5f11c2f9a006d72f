"""The endpoint teacher against a real local server: answers, overload, refusals, garbage."""

import json

import pytest

from tests.worker.teachers.serving import ANSWER, CASE, Script, chat, serving
from worker.engines.openai_client import TRIES
from worker.teachers.accounting import Usage
from worker.teachers.endpoint import PRESETS, EndpointTeacher
from worker.teachers.teacher import NoLesson, TeacherExhausted, TeacherOptions, TeacherUnreachable, open_teacher


def teacher(url: str, pauses: list[float] | None = None) -> EndpointTeacher:
    slept = pauses if pauses is not None else []
    return EndpointTeacher(url=url, model="some-model", key="k", sleep=slept.append)


def test_an_answer_becomes_a_lesson_and_the_case_was_shown() -> None:
    script = Script([(200, chat(ANSWER))])
    with serving(script) as url:
        lesson = teacher(url).teach(CASE)
    assert lesson.reflection == "It adds one too many."
    assert lesson.revision == "func F() int {\n\treturn 1\n}\n"
    question = json.dumps(script.asked[0])
    assert "want 1" in question
    assert "return 2" in question
    assert script.keys == ["Bearer k"]


def test_overload_is_tried_again_with_growing_pauses() -> None:
    pauses: list[float] = []
    with serving(Script([(429, b""), (500, b""), (503, b""), (200, chat(ANSWER))])) as url:
        assert teacher(url, pauses).teach(CASE).revision
    assert len(pauses) == 3
    assert pauses == sorted(pauses)


def test_a_refusal_ends_at_once_and_names_the_server() -> None:
    script = Script([(401, b"")])
    with serving(script) as url, pytest.raises(TeacherUnreachable, match=r"HTTP 401.*key"):
        teacher(url).teach(CASE)
    assert len(script.asked) == 1


def test_a_server_that_never_recovers_is_given_up() -> None:
    script = Script([(503, b"")] * TRIES)
    with serving(script) as url, pytest.raises(TeacherUnreachable, match="HTTP 503"):
        teacher(url).teach(CASE)
    assert len(script.asked) == TRIES


def test_nobody_there_is_one_sentence() -> None:
    with serving(Script([])) as url:
        pass
    with pytest.raises(TeacherUnreachable, match="does not answer"):
        teacher(url).teach(CASE)


GARBAGE = [b"not json", b"{}", b'{"choices": []}', b'{"choices": [{"message": {}}]}', b"[" * 200_000]


@pytest.mark.parametrize("body", GARBAGE)
def test_garbage_is_tried_again_and_nothing_is_kept_of_it(body: bytes) -> None:
    with serving(Script([(200, body), (200, chat(ANSWER))])) as url:
        assert teacher(url).teach(CASE).revision
    with (
        serving(Script([(200, body)] * TRIES)) as url,
        pytest.raises(TeacherUnreachable, match="no chat completion"),
    ):
        teacher(url).teach(CASE)


@pytest.mark.parametrize(
    ("error", "expected", "words", "asked"),
    [
        ({"message": "Insufficient credits", "code": 402}, TeacherExhausted, "Insufficient credits", 1),
        ({"message": "No auth credentials found", "code": 401}, TeacherUnreachable, "set TEKHNE_TEACHER_KEY", 1),
        ({"message": "upstream fell", "code": 502}, TeacherUnreachable, "upstream fell", TRIES),
        ("it fell", TeacherUnreachable, r"it sent an error \(.it fell.\).*its log says why", TRIES),
    ],
)
def test_an_error_inside_an_answer_of_status_200_is_read_as_one(
    error: object, expected: type[Exception], words: str, asked: int
) -> None:
    script = Script([(200, json.dumps({"error": error, "choices": None}).encode())] * TRIES)
    with serving(script) as url, pytest.raises(expected, match=words):
        teacher(url).teach(CASE)
    assert len(script.asked) == asked


def test_an_error_that_is_null_is_none() -> None:
    answer = {**json.loads(chat(ANSWER)), "error": None}
    with serving(Script([(200, json.dumps(answer).encode())])) as url:
        assert teacher(url).teach(CASE).revision


def test_an_answer_without_text_is_no_lesson() -> None:
    body = b'{"choices": [{"message": {"content": null}}]}'
    with serving(Script([(200, body)])) as url, pytest.raises(NoLesson, match="without text"):
        teacher(url).teach(CASE)


def test_a_key_that_no_header_takes_is_one_sentence() -> None:
    with pytest.raises(TeacherUnreachable, match="key holds characters"):
        EndpointTeacher(url="http://127.0.0.1:9/v1", model="m", key="schlüssel").teach(CASE)


def test_an_answer_without_the_form_is_no_lesson() -> None:
    with serving(Script([(200, chat("I cannot help."))])) as url, pytest.raises(NoLesson, match="requested form"):
        teacher(url).teach(CASE)


def test_the_key_is_never_shown() -> None:
    assert "secret" not in repr(EndpointTeacher(url="u", model="m", key="secret"))


def test_tokens_are_counted_also_of_an_answer_that_is_no_lesson() -> None:
    counts = {"prompt_tokens": 300, "completion_tokens": 40, "total_tokens": 340}
    answers = [json.dumps({**json.loads(chat(text)), "usage": counts}).encode() for text in (ANSWER, "No.")]
    with serving(Script([(200, answer) for answer in answers])) as url:
        assert teacher(url).teach(CASE).usage == Usage(input_tokens=300, output_tokens=40)
        with pytest.raises(NoLesson) as refused:
            teacher(url).teach(CASE)
    assert refused.value.usage.tokens == 340


@pytest.mark.parametrize("counts", [None, 3, {}, {"prompt_tokens": -1, "completion_tokens": True}])
def test_counts_that_are_none_are_unknown(counts: object) -> None:
    answer = json.dumps({**json.loads(chat(ANSWER)), "usage": counts}).encode()
    with serving(Script([(200, answer)])) as url:
        assert teacher(url).teach(CASE).usage.tokens is None


def test_an_answer_that_was_cut_off_is_no_lesson() -> None:
    body = {"choices": [{"message": {"content": ANSWER}, "finish_reason": "length"}]}
    with serving(Script([(200, json.dumps(body).encode())])) as url, pytest.raises(NoLesson, match="cut off"):
        teacher(url).teach(CASE)


def test_a_filtered_answer_says_so() -> None:
    body = {"choices": [{"message": {"content": None}, "finish_reason": "content_filter"}]}
    with (
        serving(Script([(200, json.dumps(body).encode())])) as url,
        pytest.raises(NoLesson, match="content filter"),
    ):
        teacher(url).teach(CASE)


@pytest.mark.parametrize(
    ("status", "words", "headers"),
    [
        (402, "Insufficient balance", {}),
        (429, "You exceeded your current quota, please check your plan and billing details.", {}),
        (429, "Too many requests", {"Retry-After": "43200"}),
    ],
)
def test_a_quota_that_is_used_up_ends_without_more_questions(
    status: int, words: str, headers: dict[str, str]
) -> None:
    script = Script([(status, json.dumps({"error": {"message": words}}).encode())], headers=[headers])
    pauses: list[float] = []
    with serving(script) as url, pytest.raises(TeacherExhausted, match="the same command goes on"):
        teacher(url, pauses).teach(CASE)
    assert len(script.asked) == 1
    assert pauses == []


def test_all_threads_keep_quiet_while_the_server_asks_for_it() -> None:
    pauses: list[float] = []
    script = Script([(429, b""), (200, chat(ANSWER))], headers=[{"Retry-After": "60"}])
    with serving(script) as url:
        asker = teacher(url, pauses)
        assert asker.teach(CASE).revision
        assert asker.pace.pause() > 50
    assert len(pauses) == 1
    assert 50 < pauses[0] <= 60


@pytest.mark.parametrize(
    "words",
    [
        "Unsupported value: 'temperature' does not support 0.2 with this model. Only the default (1) is supported.",
        "invalid temperature: only 1 is allowed for this model",
    ],
)
def test_a_model_that_takes_no_temperature_is_asked_without_from_then_on(words: str) -> None:
    refusal = (400, json.dumps({"error": {"message": words, "param": "temperature"}}).encode())
    script = Script([refusal, (200, chat(ANSWER)), (200, chat(ANSWER))])
    with serving(script) as url:
        asker = teacher(url)
        assert asker.teach(CASE).revision == asker.teach(CASE).revision
    assert ["temperature" in body for body in script.asked] == [True, False, False]


@pytest.mark.parametrize("words", ["temperature must be in [0, 0.1]", "no such field: messages"])
def test_another_refusal_is_not_asked_again_without_temperature(words: str) -> None:
    script = Script([(400, json.dumps({"error": {"message": words}}).encode())])
    with serving(script) as url, pytest.raises(TeacherUnreachable, match="HTTP 400"):
        teacher(url).teach(CASE)
    assert len(script.asked) == 1


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_a_preset_knows_its_server_and_takes_its_users_key(
    preset: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert preset in PRESETS
    name, key_name = preset.name, preset.key_name  # type: ignore[attr-defined]
    monkeypatch.setenv(key_name, "a-key")
    script = Script([(200, chat(ANSWER))])
    with serving(script) as url:
        asker = open_teacher(name, TeacherOptions(url=url, model="m"))
        assert asker.teach(CASE).revision
    assert script.keys == ["Bearer a-key"]
    known = open_teacher(name, TeacherOptions(model="m"))
    assert isinstance(known, EndpointTeacher)
    assert known.url.startswith("https://")

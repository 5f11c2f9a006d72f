"""Teachers that are Google's models: by API key through the Gemini API, or by a Google Cloud project through Vertex AI.

All go through the library `google-genai`, but for Vertex AI where only a bearer token is at hand, which the library
does not take alone: there the same request is sent by plain REST. Answers are read from the same JSON in each case.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from worker.teachers.served import TIMEOUT_SECONDS, ServedTeacher, checked_url, usage_of
from worker.teachers.teacher import NoLesson, TeacherAnswer, TeacherKind, TeacherOptions

TEMPERATURE = 0.2
LOCATION = "global"
Generate = Callable[["GoogleTeacher", str], Any]
"""Sends a question; returns the answer's JSON."""


@dataclass(frozen=True, kw_only=True)
class GoogleTeacher(ServedTeacher):
    """Asks `model`."""

    generate: Generate
    project: str = ""
    """The Google Cloud project, for Vertex AI."""
    location: str = LOCATION

    def answer(self, question: str) -> TeacherAnswer:
        with _errors_of_ours():
            found = self.generate(self, question)
        return read_answer(self.model, found)


def read_answer(model: str, found: Any) -> TeacherAnswer:
    """The text in the JSON of `generateContent`; what the model thought is left out.

    Raises:
        NoLesson: the question or the answer was blocked, there is no candidate, or it was cut off.
        ServerHiccup: it is something else.
    """
    from worker.engines.server_errors import ServerHiccup

    try:
        usage = usage_of(
            found.get("usageMetadata"), "promptTokenCount", "candidatesTokenCount", "thoughtsTokenCount"
        )
        blocked = (found.get("promptFeedback") or {}).get("blockReason")
        if blocked:
            raise NoLesson(f"{model} refused the question ({blocked}).", usage)
        candidates = found.get("candidates") or []
        if not candidates:
            if "usageMetadata" not in found and "promptFeedback" not in found:
                raise ServerHiccup("it answers with something that is no answer of Gemini")
            raise NoLesson(f"{model} answered without a candidate.", usage)
        parts = (candidates[0].get("content") or {}).get("parts") or []
        text = "".join(part.get("text") or "" for part in parts if not part.get("thought"))
        finish = candidates[0].get("finishReason") or "STOP"
    except (AttributeError, TypeError, LookupError) as error:
        raise ServerHiccup("it answers with something that is no answer of Gemini") from error
    if finish == "MAX_TOKENS":
        raise NoLesson(f"{model} was cut off at its length limit.", usage)
    if finish != "STOP" or not text:
        raise NoLesson(f"{model} gave no text ({finish}).", usage)
    return TeacherAnswer(text=text, usage=usage)


def by_library(teacher: GoogleTeacher, question: str) -> Any:
    """By an API key, or by the machine's own Google Cloud credentials."""
    from google import genai
    from google.genai import types

    from worker.engines import connecting

    http = connecting.client(
        teacher.url or "https://generativelanguage.googleapis.com",
        private_allowed=teacher.private_allowed,
        timeout_seconds=TIMEOUT_SECONDS,
    )
    options = types.HttpOptions(base_url=teacher.url or None, httpx_client=http)
    whose: dict[str, Any] = {"api_key": teacher.key}
    if teacher.project:
        whose = {"vertexai": True, "project": teacher.project, "location": teacher.location}
    with http, genai.Client(**whose, http_options=options) as client:
        answer = client.models.generate_content(
            model=teacher.model,
            contents=question,
            config=types.GenerateContentConfig(temperature=TEMPERATURE),
        )
    return answer.model_dump(mode="json", by_alias=True, exclude_none=True)


def by_token(teacher: GoogleTeacher, question: str) -> Any:
    """By a bearer token alone (`gcloud auth print-access-token`), through Vertex AI's REST interface."""
    from worker.engines import connecting

    where = teacher.location
    host = "aiplatform.googleapis.com" if where == LOCATION else f"{where}-aiplatform.googleapis.com"
    url = teacher.url or f"https://{host}"
    path = f"projects/{quote(teacher.project, safe='')}/locations/{quote(where, safe='')}"
    path += f"/publishers/google/models/{quote(teacher.model, safe='')}:generateContent"
    body = {
        "contents": [{"role": "user", "parts": [{"text": question}]}],
        "generationConfig": {"temperature": TEMPERATURE},
    }
    with connecting.client(url, private_allowed=teacher.private_allowed, timeout_seconds=TIMEOUT_SECONDS) as http:
        headers = {"Authorization": f"Bearer {teacher.key}"}
        answer = http.post(f"{url}/v1/{path}", json=body, headers=headers, follow_redirects=False)
        if not answer.is_success:
            raise _refusal(answer.status_code, answer.text, answer.headers, _json(answer))
        return answer.json()


@contextmanager
def _errors_of_ours() -> Iterator[None]:
    """Errors of the library, its HTTP client and Google's sign-in as those that the patience of `served` knows."""
    import httpx2
    from google.auth.exceptions import GoogleAuthError
    from google.genai.errors import APIError

    from worker.engines.server_errors import ServerHiccup, ServerRefused, Trouble, failure, one_line

    try:
        yield
    except APIError as error:
        headers = getattr(error.response, "headers", None) or {}
        raise _refusal(error.code or 0, str(error.message or error), headers, error.details) from error
    except httpx2.RequestError as error:
        raise failure(error) from error
    except GoogleAuthError as error:
        raise ServerRefused(f"no sign-in to Google Cloud ({one_line(str(error))})", Trouble.KEY) from error
    except (ValueError, RecursionError) as error:
        raise ServerHiccup(f"it sent something that cannot be read ({type(error).__name__})") from error


def _refusal(status: int, words: str, headers: Any, details: Any) -> Exception:
    """Google says in the error's details how long to wait, and which quota is meant."""
    from worker.engines.server_errors import ServerHiccup, Trouble, failure_of_answer

    found = failure_of_answer(status, words, headers, None)
    if status == 400 and "API key" in words:
        found.trouble = Trouble.KEY
    if not isinstance(found, ServerHiccup):
        return found
    facts = _details(details)
    for fact in facts:
        delay = str(fact.get("retryDelay", "")).removesuffix("s")
        if delay.replace(".", "", 1).isdecimal() and delay.isascii():
            found.pause_seconds = max(found.pause_seconds, float(delay))
    if any("PerDay" in str(fact.get("violations", "")) for fact in facts):
        # A daily quota is not renewed by waiting for the delay that stands beside it.
        found.trouble, found.pause_seconds = Trouble.CREDIT, 0.0
    elif found.trouble is Trouble.CREDIT:
        # Google's sentence names the quota for limits of a minute too.
        found.trouble = Trouble.LIMIT
    return found


def _details(details: Any) -> list[dict[str, Any]]:
    error = details.get("error") if isinstance(details, dict) else None
    facts = error.get("details") if isinstance(error, dict) else None
    return [fact for fact in facts if isinstance(fact, dict)] if isinstance(facts, list) else []


def _json(answer: Any) -> Any:
    try:
        return answer.json()
    except (ValueError, RecursionError):
        return None


def _make_gemini(options: TeacherOptions) -> GoogleTeacher:
    return GoogleTeacher(
        model=options.model,
        url=options.url,
        key=options.key,
        key_name="GEMINI_API_KEY",
        private_allowed=checked_url(options),
        generate=by_library,
    )


def _make_vertex(options: TeacherOptions) -> GoogleTeacher:
    return GoogleTeacher(
        model=options.model,
        url=options.url,
        key=options.key,
        key_name="GOOGLE_ACCESS_TOKEN",
        project=options.project,
        location=options.location or LOCATION,
        private_allowed=checked_url(options),
        generate=by_token if options.key else by_library,
    )


KINDS = (
    TeacherKind(
        name="gemini",
        label="Google's Gemini, by API key",
        needs=("model", "key"),
        key_names=("GEMINI_API_KEY", "GOOGLE_API_KEY"),
        concurrent=True,
        make=_make_gemini,
    ),
    TeacherKind(
        name="vertex",
        label="Gemini through Vertex AI: a bearer token as the key, else the machine's own credentials",
        needs=("model", "project"),
        key_names=("GOOGLE_ACCESS_TOKEN",),
        concurrent=True,
        make=_make_vertex,
    ),
)

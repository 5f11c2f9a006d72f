"""Log-probabilities of given texts from a server: `/v1/completions` with `echo` and `logprobs`.

In: a served model. Out: the same `ScoredText` as of a local base, without standings, because a server does not give
its whole vocabulary. A server that answers without the echoed tokens' log-probabilities is refused in one sentence.
"""

import math
import time
from collections.abc import Callable, Sequence
from typing import Any

from worker.engines.openai_client import TRIES, completion_object, pause_seconds
from worker.engines.scored_text import AskedText, ScoredText
from worker.engines.server_errors import ServerError, ServerHiccup
from worker.memory.errors import NoAnswer, NoLogProbabilities

FIRST_PAUSE_SECONDS = 1.0
LOOK_SECONDS = 1.0
"""Between two looks at whether to stop, while a server is given time."""


class ServedScorer:
    """Asks `model` at `url`, one text at a time.

    Args:
        check: called before each text, and while a server that asked for it is given time; it may raise to stop.
    """

    def __init__(
        self,
        url: str,
        model: str,
        *,
        key: str = "",
        private_allowed: bool = False,
        check: Callable[[], None] = lambda: None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._url, self._model, self._key = url, model, key
        self._private_allowed, self._check, self._sleep = private_allowed, check, sleep

    def length(self, name: str) -> int:
        """In letters: the server's tokens are not known."""
        return len(name)

    def score(self, texts: Sequence[AskedText]) -> list[ScoredText | None]:
        return [self._scored(text) for text in texts]

    def _scored(self, text: AskedText) -> ScoredText | None:
        self._check()
        body = {
            "model": self._model,
            "prompt": text.before + text.text,
            # Some servers refuse to write nothing.
            "max_tokens": 1,
            "temperature": 0.0,
            "echo": True,
            "logprobs": 1,
        }
        answer = self._answer(body)
        try:
            return _read(answer["choices"][0]["logprobs"], len(text.before), len(text.before + text.text))
        except (LookupError, TypeError, ValueError, AttributeError):
            raise NoLogProbabilities(
                f"The server at {self._url} does not return the log-probabilities of a given text (`echo` with "
                "`logprobs` on /v1/completions, as vLLM does): a memory card needs them."
            ) from None

    def _answer(self, body: dict[str, Any]) -> Any:
        """What the server says, who is asked again after a pause where that is worth it.

        Raises:
            NoAnswer: it refuses, or never answers.
        """
        for attempt in range(TRIES):
            try:
                return completion_object(self._url, self._key, body, private_allowed=self._private_allowed)
            except ServerError as error:
                if not isinstance(error, ServerHiccup) or attempt + 1 == TRIES:
                    reason = str(error).replace(self._key, "[the key]") if self._key else str(error)
                    advice = error.trouble.advice(key="TEKHNE_ENDPOINT_KEY", model=self._model, url=self._url)
                    raise NoAnswer(f"The server at {self._url} did not answer ({reason}): {advice}.") from error
                self._wait(pause_seconds(attempt, FIRST_PAUSE_SECONDS, error.pause_seconds))
        raise AssertionError("unreachable")

    def _wait(self, seconds: float) -> None:
        """Pause in short steps, between which the user may stop."""
        while seconds > 0:
            self._check()
            self._sleep(min(LOOK_SECONDS, seconds))
            seconds -= LOOK_SECONDS


def _read(logprobs: dict[str, Any], start: int, end: int) -> ScoredText:
    own: list[tuple[float, bool]] = []
    before: list[bool] = []
    rows = zip(
        logprobs["tokens"],
        logprobs["token_logprobs"],
        logprobs["top_logprobs"],
        logprobs["text_offset"],
        strict=True,
    )
    for token, logprob, top, offset in rows:
        if offset >= end or logprob is None:
            continue
        if not math.isfinite(logprob):
            raise ValueError(token)
        # The likeliest token stands in the list even where it is not the text's own.
        is_first = bool(top) and logprob >= max(top.values())
        if offset < start:
            before.append(is_first)
        else:
            own.append((float(logprob), is_first))
    if not own:
        raise ValueError("no echoed token")
    return ScoredText(
        logprobs=tuple(value for value, _ in own),
        first_choices=tuple(is_first for _, is_first in own),
        standings=(),
        before_first_choices=tuple(before),
    )

"""How a server wants to be asked, learned from its refusals: one field is renamed or left out at a time.

In: a request, and what the server said to the last one. Out: the next request's JSON, another way to ask, and a
sentence for each way in which it differs from what was wanted. A setting is left out only where the server names it and
takes no value of it at all; a value out of its range is the user's to change.
"""

import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from http import HTTPStatus
from pathlib import Path
from string import Template
from typing import Any

from worker.engines.request import WriteRequest
from worker.engines.server_errors import BAD_REQUEST, ServerRefused, Trouble, wants_chat

NO_SUCH_ADDRESS = {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.NOT_IMPLEMENTED}
EXTRAS = ("logprobs", "stream_options", "seed")
"""Left out together where a server refuses a request without naming a field."""
FIELDS = (*EXTRAS, "top_p", "temperature", "max_tokens")
"""What a server may refuse; where it names several, the first goes first, as the one that changes least."""
LEFT_OUT = {
    "logprobs": "The server gives no log-probabilities.",
    "stream_options": "The server does not count its tokens: the pieces of its stream are counted.",
    "seed": "The server takes no seed: it does not draw the same samples again.",
    "top_p": "The server takes no top_p: it draws by its own default instead of the run's.",
    "temperature": "The server takes no temperature: it draws by its own default instead of the run's.",
}
RENAMED = "The server takes max_completion_tokens instead of max_tokens."
IN_CHAT = "The server has no /completions: drafts are asked for in chat."
IN_TEXT = "The server takes prompts as text only: its tokenizer removes the seams that stand between their tokens."
_OUT_OF_RANGE = re.compile(
    r"[<>]=?|must be (?:in|at|between|less|greater|lower|higher|non-negative|positive|a number)|maximum value"
    r"|minimum value|less than|greater than|out of range|should be (?:less|greater)",
    re.IGNORECASE,
)
_DRAFT = Template((Path(__file__).parent / "templates" / "draft.txt").read_text(encoding="utf-8"))


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """One way to ask."""

    in_chat: bool = False
    """Drafts too are asked for in chat."""
    in_text: bool = False
    """A prompt of which the tokens are known is sent as text."""
    left_out: frozenset[str] = frozenset()
    renames_limit: bool = False

    def joined(self, other: "Dialect") -> "Dialect":
        return Dialect(
            in_chat=self.in_chat or other.in_chat,
            in_text=self.in_text or other.in_text,
            left_out=self.left_out | other.left_out,
            renames_limit=self.renames_limit or other.renames_limit,
        )

    def after(self, refusal: ServerRefused, request: WriteRequest) -> "Dialect | None":
        """Another way to ask after a refusal; None where there is none."""
        wrong_place = refusal.status in BAD_REQUEST and not self.chats(request) and wants_chat(refusal.words)
        if refusal.status in NO_SUCH_ADDRESS or wrong_place:
            # Exact tokens have no place in a chat.
            return None if self.in_chat or request.as_chat or request.prompt_ids else replace(self, in_chat=True)
        if refusal.status not in BAD_REQUEST or refusal.trouble is Trouble.CONTEXT:
            return None
        if (
            request.prompt_ids
            and not self.in_text
            and "prompt" in {refusal.field, *_named(["prompt"], refusal.words)}
        ):
            return replace(self, in_text=True)
        field = self._refused_field(refusal)
        if field == "max_tokens":
            return replace(self, renames_limit=True)
        if field:
            return replace(self, left_out=self.left_out | {field})
        if refusal.trouble in (Trouble.MODEL, Trouble.KEY, Trouble.CREDIT) or self.left_out.issuperset(EXTRAS):
            return None
        return replace(self, left_out=self.left_out.union(EXTRAS))

    @property
    def notes(self) -> dict[str, str]:
        """How this differs from what a run wants, by what it is about."""
        found = {name: LEFT_OUT[name] for name in FIELDS if name in self.left_out}
        if self.renames_limit:
            found["max_tokens"] = RENAMED
        if self.in_text:
            found["prompt"] = IN_TEXT
        return {**({"address": IN_CHAT} if self.in_chat else {}), **found}

    def path(self, request: WriteRequest) -> str:
        return "/chat/completions" if self.chats(request) else "/completions"

    def chats(self, request: WriteRequest) -> bool:
        return request.as_chat or self.in_chat

    def body(self, model: str, request: WriteRequest, key: str) -> dict[str, Any]:
        """The JSON that asks for one sample."""
        settings, chat = request.sampling, self.chats(request)
        body: dict[str, Any] = {
            "model": model,
            "max_completion_tokens" if self.renames_limit else "max_tokens": settings.max_new_tokens,
            "temperature": settings.temperature,
            "top_p": settings.top_p,
            "stream": True,
            "seed": _seed(settings.seed, key),
            "logprobs": True if chat else 1,
            "stream_options": {"include_usage": True},
        }
        if chat:
            asked = request.prompt if request.as_chat else _DRAFT.substitute(prompt=request.prompt)
            body["messages"] = [{"role": "user", "content": asked}]
        else:
            as_tokens = request.prompt_ids and not self.in_text
            body["prompt"] = list(request.prompt_ids or ()) if as_tokens else request.prompt
        return {name: value for name, value in body.items() if name not in self.left_out}

    def _refused_field(self, refusal: ServerRefused) -> str:
        """The field that is to change; empty where none of those that were sent is named, or only its value is
        wrong."""
        sent = [name for name in FIELDS if name not in self.left_out]
        if self.renames_limit:
            sent.remove("max_tokens")
        named = [refusal.field] if refusal.field in sent else _named(sent, refusal.words)
        field = next(iter(named), "")
        if field in ("temperature", "top_p", "max_tokens") and _OUT_OF_RANGE.search(refusal.words):
            return ""
        return field


def takes_no(field: str, refusal: ServerRefused) -> bool:
    """Whether a server refused a request because it takes no value of this field at all."""
    named = refusal.field == field or bool(_named([field], refusal.words))
    return refusal.status in BAD_REQUEST and named and not _OUT_OF_RANGE.search(refusal.words)


def _named(fields: Collection[str], words: str) -> list[str]:
    return [name for name in fields if re.search(rf"(?<![\w-]){name}(?![\w-])", words)]


def _seed(seed: int, key: str) -> int:
    """The sample's own seed. It has 31 bits, because servers take no more."""
    digest = hashlib.sha256(f"{seed}\x1f{key}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> 1

"""A request on its way through the local engine: where its samples go, and the rows that it becomes."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field

from transformers import PreTrainedTokenizerBase

from models.enums import FinishReason
from worker.engines.request import Sample, WriteRequest
from worker.engines.row import Row


@dataclass
class Asked:
    """A request, and who waits for its samples."""

    request: WriteRequest
    loop: asyncio.AbstractEventLoop
    samples: "asyncio.Queue[Sample]"
    rows: list[Row] = field(default_factory=list)
    """Those that wait to be written."""
    cancelled: bool = False

    def give(self, sample: Sample) -> None:
        # Whoever asked may be gone, and his loop with him; the engine must outlive both.
        with suppress(RuntimeError):
            self.loop.call_soon_threadsafe(self.samples.put_nowait, sample)


def rows_of(
    asked: Asked, tokenizer: PreTrainedTokenizerBase, context: int, ends: frozenset[int] = frozenset()
) -> list[Row]:
    """The request's rows; a prompt that leaves no room in a context of `context` tokens is answered at once."""
    request = asked.request
    ids = _prompt_ids(request, tokenizer)
    room = context - len(ids)
    if room < 1 or not ids:
        words = f"The prompt has {len(ids)} tokens and the model's context {context}: nothing can be written."
        for key in request.keys:
            asked.give(failed(key, words, FinishReason.ERROR, len(ids)))
        return []
    return [Row(request, key, ids, tokenizer, room, ends) for key in request.keys]


def _prompt_ids(request: WriteRequest, tokenizer: PreTrainedTokenizerBase) -> list[int]:
    if request.prompt_ids:
        return list(request.prompt_ids)
    prompt = request.prompt
    if request.as_chat and tokenizer.chat_template:
        question = [{"role": "user", "content": prompt}]
        prompt = str(tokenizer.apply_chat_template(question, tokenize=False, add_generation_prompt=True))
    ids: list[int] = tokenizer.encode(prompt, add_special_tokens=False)
    if not ids and tokenizer.bos_token_id is not None:
        ids = [tokenizer.bos_token_id]
    return ids


def failed(key: str, words: str, reason: FinishReason, prompt_tokens: int) -> Sample:
    """A sample without text, and the sentence that says why."""
    return Sample(
        key=key,
        text="",
        prompt_tokens=prompt_tokens,
        new_tokens=0,
        seconds=0.0,
        logprob=None,
        finish_reason=reason,
        error=words,
    )

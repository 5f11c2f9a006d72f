"""A tokenizer that adds a BOS token gives it to plain prompts: of drafts, of critics and in training alike."""

import asyncio
from dataclasses import replace

import pytest

from tests.worker.engines.tiny import tiny_network, tiny_tokenizer
from worker.engines import SamplingSettings, WriteRequest, write_one
from worker.engines.local import LocalEngine
from worker.training.go_source import GoFunction
from worker.training.rows import function_rows
from worker.transcripts.format import opening_tokens, render_prompt

BOS = "{"
PROMPT = "func f(a int) int "
REQUEST = WriteRequest(prompt=PROMPT, keys=("k",), sampling=SamplingSettings(max_new_tokens=8, seed=3))


def written(engine: LocalEngine, request: WriteRequest) -> tuple[str, int]:
    sample = asyncio.run(write_one(engine, request))
    return sample.text, sample.prompt_tokens


def engine_with(bos: str) -> LocalEngine:
    return LocalEngine(tiny_network(), tiny_tokenizer(bos=bos), name="tiny")


def test_a_plain_prompt_begins_with_the_bos_token_that_the_tokenizer_adds() -> None:
    engine, plain = engine_with(BOS), engine_with("")
    try:
        assert written(engine, REQUEST) == written(plain, replace(REQUEST, prompt=BOS + PROMPT))
        assert written(plain, REQUEST)[1] == len(PROMPT)
    finally:
        engine.close()
        plain.close()


@pytest.mark.parametrize(("bos", "words"), [(BOS, "begin with {"), ("", "have no BOS token")])
def test_the_engine_says_whether_it_does(bos: str, words: str) -> None:
    engine = engine_with(bos)
    engine.close()
    assert words in engine.notes["bos"]


def test_a_chat_form_writes_its_own_bos_token_and_gets_no_second_one() -> None:
    tokenizer = tiny_tokenizer(bos=BOS)
    tokenizer.chat_template = "{{ '{' }}{{ messages[0].content }}"
    engine = LocalEngine(tiny_network(), tokenizer, name="tiny")
    try:
        assert written(engine, replace(REQUEST, as_chat=True))[1] == len(PROMPT) + 1
    finally:
        engine.close()


def test_critics_read_and_learn_the_same_beginning() -> None:
    tokenizer = tiny_tokenizer(bos=BOS)
    [bos] = opening_tokens(tokenizer)
    assert bos == tokenizer.convert_tokens_to_ids(BOS)
    prompt = render_prompt(PROMPT, "}", "trace", tokenizer=tokenizer, budget=150)
    assert prompt.ids[: prompt.carried] == (bos, *tokenizer.encode(PROMPT + "}", add_special_tokens=False))
    [row] = function_rows([GoFunction(name="a:f", prompt=PROMPT, body="{}")], tokenizer, 100)
    assert row.ids[:2] == (bos, tokenizer.convert_tokens_to_ids("f"))

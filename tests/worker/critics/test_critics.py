"""Critics and rivals: what each reads, what each writes, and what it says when nothing could be written."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace

import pytest
import torch

from models.arm_kinds import ArmKind, find_arm_kind
from models.enums import FinishReason
from tests.worker.critics.writing_engine import WritingEngine
from tests.worker.engines.tiny import tiny_network, tiny_tokenizer
from worker.critics import RepairRequest
from worker.critics.prompted import PromptedCritic
from worker.critics.rct import ReflectiveCritic
from worker.critics.resample import Resample
from worker.engines import Priority, SamplingSettings, StopRule
from worker.engines.local import LocalEngine
from worker.transcripts.format import render_prompt, render_row

REQUEST = RepairRequest(
    key="sample/0",
    problem="func add(a) {\n",
    attempt="a = b\n}",
    trace="x = 1",
    sampling=SamplingSettings(temperature=1.0, max_new_tokens=24, seed=2),
)


@pytest.fixture
def engine() -> Iterator[LocalEngine]:
    torch.set_num_threads(1)
    opened = LocalEngine(tiny_network(context=400), tiny_tokenizer(), name="tiny")
    yield opened
    opened.close()


def test_a_prompted_critic_shows_everything_and_takes_the_answer_apart() -> None:
    engine = WritingEngine(" wrong sign.\n```go\nfunc f() {}\n```")
    told: list[str] = []
    request = replace(REQUEST, priority=Priority.INTERACTIVE, on_text=told.append)
    lesson = asyncio.run(PromptedCritic(engine).repair(request))
    assert (lesson.reflection, lesson.revision) == ("wrong sign.", "func f() {}")
    assert (lesson.shown_trace, lesson.new_tokens) == (REQUEST.trace, 5)
    [asked] = engine.asked
    assert all(part in asked.prompt for part in (REQUEST.problem, REQUEST.attempt, REQUEST.trace))
    assert (asked.stop, asked.as_chat, asked.priority) == (StopRule.CODE_BLOCK, True, Priority.INTERACTIVE)
    assert "".join(told) == " wrong sign.\n```go\nfunc f() {}\n```"


def test_resampling_reads_neither_attempt_nor_trace() -> None:
    engine = WritingEngine("return a\n}")
    lesson = asyncio.run(Resample(engine).repair(REQUEST))
    assert (lesson.reflection, lesson.revision, lesson.shown_trace) == ("", "return a\n}", "")
    [asked] = engine.asked
    assert (asked.prompt, asked.stop, asked.keys) == (REQUEST.problem, StopRule.GO_BODY, ("sample/0",))


@pytest.mark.parametrize("critic", [PromptedCritic, Resample])
def test_what_the_engine_could_not_write_is_unscored_with_its_reason(critic: type) -> None:
    engine = WritingEngine("", FinishReason.ERROR, "The server did not answer.")
    lesson = asyncio.run(critic(engine).repair(REQUEST))
    assert (lesson.finish_reason, lesson.error) == (FinishReason.ERROR, "The server did not answer.")
    assert lesson.revision == ""


def test_the_ablations_read_less_than_the_critic(engine: LocalEngine) -> None:
    kinds = (ArmKind.CRITIC, ArmKind.NO_TRACE, ArmKind.NO_REFLECTION)
    lessons = {kind: asyncio.run(ReflectiveCritic(engine, kind).repair(REQUEST)) for kind in kinds}
    assert lessons[ArmKind.CRITIC].shown_trace == REQUEST.trace
    assert lessons[ArmKind.NO_TRACE].shown_trace == ""
    assert lessons[ArmKind.NO_TRACE].prompt_tokens < lessons[ArmKind.CRITIC].prompt_tokens
    assert lessons[ArmKind.NO_REFLECTION].reflection == ""
    assert lessons[ArmKind.NO_REFLECTION].prompt_tokens > lessons[ArmKind.CRITIC].prompt_tokens


def test_a_repair_is_the_same_again_and_another_with_another_seed(engine: LocalEngine) -> None:
    critic = ReflectiveCritic(engine, ArmKind.NO_REFLECTION)
    first, again = (asyncio.run(critic.repair(REQUEST)) for _ in range(2))
    other = asyncio.run(critic.repair(replace(REQUEST, sampling=REQUEST.sampling.model_copy(update={"seed": 9}))))
    assert first.revision == again.revision != other.revision


def test_an_attempt_that_leaves_no_room_is_unscored_with_its_reason(engine: LocalEngine) -> None:
    lesson = asyncio.run(ReflectiveCritic(engine).repair(replace(REQUEST, attempt="a" * 1000)))
    assert lesson.finish_reason is FinishReason.ERROR
    assert "too many for a budget" in lesson.error


def test_a_given_reflection_stands_where_the_critic_would_have_written_its_own(engine: LocalEngine) -> None:
    kind = find_arm_kind("teacher_reflection")
    request = replace(REQUEST, reflection="The sign is wrong.")
    lesson = asyncio.run(ReflectiveCritic(engine, kind).repair(request))
    assert lesson.reflection == "The sign is wrong."
    prompt = render_prompt(
        request.problem, request.attempt, request.trace, tokenizer=engine.tokenizer, budget=400, reflect=False,
        given=request.reflection,
    )  # fmt: skip
    row = render_row(
        request.problem,
        request.attempt,
        request.trace,
        request.reflection,
        "x",
        tokenizer=engine.tokenizer,
        budget=400,
    )
    assert row.ids[: len(prompt.ids)] == prompt.ids
    assert lesson.prompt_tokens == len(prompt.ids)


def test_a_prompted_model_finds_the_given_reflection_where_it_would_have_begun_its_own() -> None:
    engine = WritingEngine("```go\nfunc f() {}\n```")
    lesson = asyncio.run(
        PromptedCritic(engine, find_arm_kind("prompted_teacher_reflection")).repair(
            replace(REQUEST, reflection="The sign is wrong.")
        )
    )
    assert engine.asked[0].prompt.endswith("\n\nReflection: The sign is wrong.\n")
    assert (lesson.reflection, lesson.revision) == ("The sign is wrong.", "func f() {}")


@pytest.mark.parametrize(
    ("kind", "trace", "reflects"), [("prompted_no_trace", False, True), ("prompted_no_reflection", True, False)]
)
def test_a_prompted_model_is_asked_without_what_its_kind_leaves_out(
    kind: str, trace: bool, reflects: bool
) -> None:
    engine = WritingEngine("```go\nfunc f() {}\n```")
    lesson = asyncio.run(PromptedCritic(engine, find_arm_kind(kind)).repair(REQUEST))
    [asked] = engine.asked
    assert (REQUEST.trace in asked.prompt, "Reflection:" in asked.prompt) == (trace, reflects)
    assert lesson.shown_trace == (REQUEST.trace if trace else "")

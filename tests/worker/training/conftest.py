"""A tiny base, problems and transcripts: small enough that a whole training takes a second."""

from pathlib import Path

import pytest
import torch
from transformers import LlamaConfig, LlamaForCausalLM

from models.enums import Harness, TranscriptState, Verdict
from worker.problem_sets import ProblemContent, ProblemSetContent
from worker.training.presets import train_tokenizer
from worker.transcripts.transcript import TranscriptContent

NAMES = ("Add", "Double", "Half", "Negate", "Square", "Cube")


@pytest.fixture(autouse=True)
def one_thread() -> None:
    """Small matrices gain nothing from threads, and sums keep their order."""
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def problems() -> ProblemSetContent:
    return ProblemSetContent(name="tiny", problems=tuple(problem_named(name) for name in NAMES))


def problem_named(name: str) -> ProblemContent:
    return ProblemContent(
        task_id=f"tiny/{name}",
        entry_point=name,
        description=f"{name} of a number.",
        prompt=f"// {name} of a number.\nfunc {name}(n int) int {{\n",
        declaration=f"func {name}(n int) int {{\n",
        imports="",
        canonical_solution=f"\treturn n + {len(name)}\n}}\n",
        harness=Harness.GO_TEST,
        test_setup="package main\n",
        example_tests=None,
        hidden_tests=f"func Test{name}(t *testing.T) {{}}\n",
    )


@pytest.fixture(scope="session")
def tiny_base(tmp_path_factory: pytest.TempPathFactory, problems: ProblemSetContent) -> Path:
    """A random Llama of two layers with a tokenizer of its own."""
    folder = Path(tmp_path_factory.mktemp("tiny")) / "tiny-base"
    texts = [problem.prompt + (problem.canonical_solution or "") for problem in problems.problems]
    tokenizer = train_tokenizer(texts, 320)
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        intermediate_size=48,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=512,
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
    )
    LlamaForCausalLM(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def lessons(problems: ProblemSetContent) -> list[TranscriptContent]:
    return lessons_of(problems)


def lessons_of(problems: ProblemSetContent) -> list[TranscriptContent]:
    """Two verified transcripts a problem, of unequal length."""
    return [
        TranscriptContent(
            task_id=problem.task_id,
            prompt=problem.prompt,
            attempt="\treturn n" + " + n" * extra + "\n}\n",
            attempt_source="mutant",
            verdict=Verdict.ASSERTION,
            trace="assertion at run\nwant 3, got 1" + "\nagain" * extra,
            reflection="A test gets another answer.",
            revision=problem.canonical_solution or "",
            teacher="canonical",
            state=TranscriptState.VERIFIED,
        )
        for problem in problems.problems
        for extra in (0, 3)
    ]

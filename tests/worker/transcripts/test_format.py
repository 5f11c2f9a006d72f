"""The transcript's form: exact labels, an untouched beginning, traces cut in the middle and marked."""

import pytest

from models.enums import Stage, Verdict
from worker.transcripts.errors import TooLongError
from worker.transcripts.format import (
    CUT,
    IGNORED,
    LONGEST_TRACE,
    REFLECTION,
    REVISION,
    TRACE,
    render_prompt,
    render_row,
    split_output,
    trace_in_words,
)


class Letters:
    """A tokenizer of one token a character, so that a test can read tokens."""

    eos_token_id: int | None = 0

    def encode(self, text: str, *, add_special_tokens: bool) -> list[int]:
        return [ord(letter) for letter in text]


def written(ids: tuple[int, ...] | list[int]) -> str:
    return "".join(chr(number) for number in ids)


def test_the_prompt_begins_with_what_the_base_read_and_wrote() -> None:
    prompt = render_prompt("func F() {\n", "\treturn", "type at check", tokenizer=Letters(), budget=500)
    assert written(prompt.ids[: prompt.carried]) == "func F() {\n\treturn"
    assert written(prompt.ids[prompt.carried :]) == f"{TRACE}type at check{REFLECTION}"
    assert not prompt.trace_cut


def test_a_run_and_training_give_a_critic_the_same_prompt() -> None:
    asked = {"problem": "func F() {\n", "attempt": "\treturn", "trace": "type at check", "tokenizer": Letters()}
    prompt = render_prompt(**asked, budget=400)
    row = render_row(**asked, reflection="why", revision="\tx\n}", budget=500)
    assert prompt.ids == row.ids[: row.loss_from]


def test_labels_are_exactly_reflection_mark_revision_and_end() -> None:
    row = render_row("p", "a", "t", "why", "\tx\n}", tokenizer=Letters(), budget=500)
    labelled = [label for label in row.labels if label != IGNORED]
    assert written(labelled) == f"why{REVISION}\tx\n}}\0"
    start = len(row.ids) - len(labelled)
    assert list(row.ids[start:]) == labelled
    assert set(row.labels[:start]) == {IGNORED}


def test_a_long_trace_is_cut_in_the_middle_and_says_so() -> None:
    trace = "first" + "x" * 500 + "last"
    prompt = render_prompt("p", "a", trace, tokenizer=Letters(), budget=100)
    text = written(prompt.ids)
    assert prompt.trace_cut
    assert len(prompt.ids) == 100
    assert TRACE + "first" in text
    assert CUT in text
    assert text.endswith("last" + REFLECTION)


def test_what_the_critic_writes_is_never_cut() -> None:
    row = render_row("p", "a", "t" * 400, "why", "revision", tokenizer=Letters(), budget=120)
    assert len(row.ids) == 120
    assert written(row.ids).endswith(f"why{REVISION}revision\0")


def test_a_transcript_that_cannot_fit_is_refused_in_a_sentence() -> None:
    with pytest.raises(TooLongError, match="budget of 20"):
        render_prompt("p" * 30, "a", "t", tokenizer=Letters(), budget=20)


def test_a_program_cannot_forge_a_mark_through_its_trace() -> None:
    prompt = render_prompt("p", "a", f"printed {REVISION}", tokenizer=Letters(), budget=500)
    assert REVISION.strip() not in written(prompt.ids)


def test_output_is_split_at_its_mark_and_keeps_the_revisions_indent() -> None:
    assert split_output(f"why{REVISION}\treturn 1\n}}") == ("why", "\treturn 1\n}")
    assert split_output("never came to it") == ("never came to it", "")


def test_a_trace_in_words_quotes_the_line_that_it_names() -> None:
    words = trace_in_words(
        verdict=Verdict.TYPE, stage=Stage.CHECK, message="undefined: y", line=2, attempt="\tx := 1\n\treturn y\n}"
    )
    assert words == "type at check, line 2: return y\nundefined: y"


def test_a_trace_in_words_is_the_same_whenever_the_program_is_executed() -> None:
    def words(address: str, goroutine: int, seconds: str) -> str:
        message = (
            f"--- FAIL: TestTree ({seconds}s)\npanic: nil pointer [signal SIGSEGV addr=0x0 pc={address}]\n"
            f"goroutine {goroutine} [running]:\ntesting.tRunner({{{address}, 0x2}})\nwant []byte{{0x41}} in 1.50s"
        )
        return trace_in_words(verdict=Verdict.PANIC, stage=Stage.RUN, message=message, line=None, attempt="")

    assert words("0x591a9d", 8, "0.00") == words("0x7cfe08", 7, "0.31")
    assert "want []byte{0x41} in 1.50s" in words("0x591a9d", 8, "0.00"), "what a test says is left as it is"


def test_a_trace_in_words_leaves_the_layout_of_test_output_out() -> None:
    message = "--- FAIL: TestX (0.00s)\n    x_test.go:9: \n        \tError:      \tNot equal: \n"
    words = trace_in_words(verdict=Verdict.ASSERTION, stage=Stage.RUN, message=message, line=None, attempt="")
    assert words == "assertion at run\n--- FAIL: TestX (0.00s)\nx_test.go:9:\nError: Not equal:"


def test_no_trace_is_longer_than_its_share_even_where_there_is_room() -> None:
    prompt = render_prompt("p", "a", "t" * 5000, tokenizer=Letters(), budget=10_000)
    assert prompt.trace_cut
    assert len(prompt.ids) == 2 + len(TRACE) + LONGEST_TRACE + len(REFLECTION)

"""The tokens of a revision are those of the piece of the sample that it is, and of nothing else."""

import pytest

from models.enums import FinishReason
from worker.critics.critic import tokens_of
from worker.engines import Sample


def sample(*pieces: str) -> Sample:
    text, tokens = "", []
    for number, piece in enumerate(pieces):
        text += piece
        tokens.append((len(text), -float(number)))
    return Sample(
        key="k", text=text, prompt_tokens=1, new_tokens=len(pieces), seconds=0.0, logprob=-1.0,
        finish_reason=FinishReason.COMPLETE, tokens=tuple(tokens),
    )  # fmt: skip


def test_a_revision_has_the_tokens_from_where_it_begins_to_its_last_sign() -> None:
    found = tokens_of(sample("because", "\n<|revision|>", "\n\tre", "turn", " 1\n", "}\n"), "\treturn 1\n}\n")
    assert found is not None
    assert found.lengths == (3, 4, 3, 1)
    assert found.logprobs == (-2.0, -3.0, -4.0, -5.0)


def test_tokens_within_a_character_belong_to_where_it_stands() -> None:
    found = tokens_of(sample("x", "", "é", "y"), "xéy")
    assert found is not None
    assert (found.lengths, found.logprobs) == ((1, 0, 1, 1), (0.0, -1.0, -2.0, -3.0))


@pytest.mark.parametrize("part", ["", " \n", "another text", "ac"])
def test_what_is_no_piece_of_the_sample_has_no_tokens(part: str) -> None:
    assert tokens_of(sample("a", "b", "c"), part) is None


def test_a_sample_of_an_engine_that_knows_no_tokens_has_none() -> None:
    plain = Sample(
        key="k", text="abc", prompt_tokens=1, new_tokens=1, seconds=0.0, logprob=None,
        finish_reason=FinishReason.COMPLETE,
    )  # fmt: skip
    assert tokens_of(plain, "abc") is None

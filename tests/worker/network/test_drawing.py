"""Drawing tokens: the right distribution, the right nucleus, and no row that depends on its company."""

import math

import pytest
import torch

from worker.network.drawing import LIKELIEST, draw, stream

VOCABULARY = 4 * LIKELIEST


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


def some_logits(rows: int, spread: float) -> torch.Tensor:
    return torch.randn(rows, VOCABULARY, generator=torch.Generator().manual_seed(1)) * spread


def drawn(logits: torch.Tensor, temperature: float, top_p: float, seed: int = 0) -> list[int]:
    rows = len(logits)
    streams = [stream(seed, str(row)) for row in range(rows)]
    return draw(logits, [temperature] * rows, [top_p] * rows, streams).tokens


def test_greedy_takes_the_likeliest_and_no_random_number() -> None:
    logits, streams = some_logits(4, 1.0), [stream(0, str(row)) for row in range(4)]
    found = draw(logits, [0.0] * 4, [0.9] * 4, streams)
    assert found.tokens == logits.argmax(dim=-1).tolist()
    assert [one.random() for one in streams] == [stream(0, str(row)).random() for row in range(4)]


def test_log_probabilities_are_those_of_the_whole_distribution() -> None:
    logits = some_logits(3, 2.0)
    found = draw(logits, [0.5] * 3, [0.5] * 3, [stream(1, str(row)) for row in range(3)])
    expected = torch.log_softmax(logits, dim=-1)[torch.arange(3), torch.tensor(found.tokens)]
    assert found.logprobs == pytest.approx(expected.tolist())


@pytest.mark.parametrize("spread", [0.1, 1.0, 5.0], ids=["wide", "middling", "narrow"])
@pytest.mark.parametrize("top_p", [0.3, 0.9, 1.0])
def test_only_tokens_of_the_nucleus_are_drawn(spread: float, top_p: float) -> None:
    one = some_logits(1, spread)
    probabilities, order = one[0].softmax(dim=-1).sort(descending=True)
    size = int((probabilities.double().cumsum(0) < top_p).sum()) + 1
    found = set(drawn(one.expand(2000, -1), 1.0, top_p))
    assert found <= set(order[:size].tolist())
    assert len(found) > 1 or size == 1


def test_tokens_come_as_often_as_they_are_likely() -> None:
    chances = torch.tensor([0.5, 0.3, 0.15, 0.05])
    found = drawn(chances.log().expand(8000, -1), 1.0, 1.0)
    for token, chance in enumerate(chances.tolist()):
        error = math.sqrt(chance * (1 - chance) / len(found))
        assert abs(found.count(token) / len(found) - chance) < 5 * error


def test_the_rows_beside_it_do_not_change_what_a_row_draws() -> None:
    logits = torch.cat([some_logits(6, 0.1), some_logits(6, 4.0)])  # wide nuclei beside narrow ones
    settings = ([0.8] * 12, [0.95] * 12)
    together = draw(logits, *settings, [stream(2, str(row)) for row in range(12)]).tokens
    alone = [
        draw(logits[row : row + 1], [0.8], [0.95], [stream(2, str(row))]).tokens[0] for row in reversed(range(12))
    ]
    assert together == alone[::-1]

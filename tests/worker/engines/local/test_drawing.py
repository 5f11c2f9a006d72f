"""Drawing tokens: the right distribution, the right nucleus, and no row that depends on its company."""

import math

import pytest
import torch

from worker.engines.local.drawing import EDGE, LIKELIEST, draw, stream

VOCABULARY = 4 * LIKELIEST


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


def some_logits(rows: int, spread: float) -> torch.Tensor:
    return torch.randn(rows, VOCABULARY, generator=torch.Generator().manual_seed(1)) * spread


def drawn(logits: torch.Tensor, temperature: float, top_p: float, seed: int = 0) -> list[int]:
    rows = len(logits)
    return draw(logits, [temperature] * rows, [top_p] * rows, chances(rows, seed)).tokens


def chances(rows: int, seed: int) -> list[float]:
    return [stream(seed, str(row)).random() for row in range(rows)]


def test_greedy_takes_the_likeliest_whatever_the_random_number() -> None:
    logits = some_logits(4, 1.0)
    for chance in (0.0, 0.5, 0.999):
        assert draw(logits, [0.0] * 4, [0.9] * 4, [chance] * 4).tokens == logits.argmax(dim=-1).tolist()


def test_log_probabilities_are_those_of_the_whole_distribution() -> None:
    logits = some_logits(3, 2.0)
    found = draw(logits, [0.5] * 3, [0.5] * 3, chances(3, seed=1))
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
    numbers = chances(12, seed=2)
    together = draw(logits, *settings, numbers).tokens
    alone = [draw(logits[row : row + 1], [0.8], [0.95], [numbers[row]]).tokens[0] for row in reversed(range(12))]
    assert together == alone[::-1]


@pytest.mark.parametrize("spread", [0.0, 0.1, 1.0, 5.0], ids=["equal", "wide", "middling", "narrow"])
@pytest.mark.parametrize(
    ("temperature", "top_p"),
    [(0.0, 1.0), (1e-9, 1.0), (0.02, 0.9), (0.2, 1.0), (0.8, 0.95), (1.0, 1.0), (1.3, 0.2)],
)
def test_where_a_little_noise_draws_another_token_the_draw_was_close(
    spread: float, temperature: float, top_p: float
) -> None:
    rows = 4000
    noise = torch.Generator().manual_seed(7)
    logits = some_logits(1, spread).expand(rows, -1)
    # Differences of the size that matters: without them hardly a draw in ten thousand would be close.
    logits = logits + torch.randn(logits.shape, generator=noise) * EDGE
    settings = [temperature] * rows, [top_p] * rows, chances(rows, seed=3)
    plain = draw(logits, *settings)
    for _ in range(3):
        shaken = draw(logits + (torch.rand(logits.shape, generator=noise) - 0.5) * EDGE / 2, *settings)
        moved = [row for row in range(rows) if shaken.tokens[row] != plain.tokens[row]]
        assert all(plain.close[row] for row in moved)
    assert spread > 0 or moved


def test_hardly_a_draw_is_close() -> None:
    logits = torch.randn(4000, VOCABULARY, generator=torch.Generator().manual_seed(1)) * 4
    found = draw(logits, [0.8] * 4000, [0.95] * 4000, chances(4000, seed=4))
    assert 0 < sum(found.close) < 40


@pytest.mark.parametrize("damage", [math.nan, math.inf])
@pytest.mark.parametrize("temperature", [0.0, 1e-40, 0.8])
def test_logits_that_are_not_numbers_are_refused_in_words(damage: float, temperature: float) -> None:
    logits = some_logits(3, 1.0)
    assert drawn(logits, temperature, 0.9)
    logits[1, 5] = damage
    with pytest.raises(ArithmeticError, match="logits are not finite"):
        drawn(logits, temperature, 0.9)

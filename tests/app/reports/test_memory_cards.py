import numpy as np
import pytest

from app.reports.memory_cards import Measure, MeasuredProblem, card_report, false_alarm_rate, separation
from models.enums import Origin


def rows(
    gains: list[float], recited: list[float], origins: list[Origin], *, control: bool
) -> list[MeasuredProblem]:
    return [
        MeasuredProblem(
            task_id=f"t/{number}", is_control=control, origin=origin, tokens=50, logprob=-0.5, logprob_alone=-1.0,
            min_k=-2.0, min_k_plus=-1.0, name_gain=gain, recited=share, prompt_recited=0.1,
        )
        for number, (gain, share, origin) in enumerate(zip(gains, recited, origins, strict=True))
    ]  # fmt: skip


def drawn(seed: int, problems: int, shift: float, origin: Origin, *, control: bool) -> list[MeasuredProblem]:
    draw = np.random.default_rng(seed)
    gains, recited = draw.normal(shift, 1, problems), np.clip(draw.normal(0.2 + shift / 6, 0.1, problems), 0, 1)
    return rows(gains.tolist(), recited.tolist(), [origin] * problems, control=control)


def test_where_nothing_was_seen_memory_is_claimed_in_at_most_a_twentieth_of_cards() -> None:
    claims = 0
    for seed in range(40):
        own = drawn(seed, 60, 0, Origin.UNKNOWN, control=False)
        half = [
            *drawn(2_000 + seed, 30, 0, Origin.SEEN, control=False),
            *drawn(3_000 + seed, 30, 0, Origin.UNSEEN, control=False),
        ]
        controls = drawn(1_000 + seed, 80, 0, Origin.UNSEEN, control=True)
        claims += card_report([*(own if seed % 2 else half), *controls]).is_memory
    assert claims <= 2


def test_a_set_that_stands_above_its_controls_in_names_and_recitation_is_memory() -> None:
    card = card_report(
        [*drawn(1, 60, 4, Origin.UNKNOWN, control=False), *drawn(2, 80, 0, Origin.UNSEEN, control=True)]
    )
    assert card.is_memory
    assert card.sentence.startswith("Memory shows: solutions are recited")


def test_another_style_alone_is_not_called_memory() -> None:
    draw = np.random.default_rng(5)
    own = rows(
        draw.normal(3, 1, 60).tolist(), draw.uniform(0, 0.3, 60).tolist(), [Origin.UNKNOWN] * 60, control=False
    )
    controls = rows(
        draw.normal(0, 1, 80).tolist(), draw.uniform(0, 0.3, 80).tolist(), [Origin.UNSEEN] * 80, control=True
    )
    card = card_report([*own, *controls])
    assert not card.is_memory
    assert "may be the set's style" in card.sentence


def test_seen_problems_that_stand_above_the_others_of_their_set_are_memory() -> None:
    own = [*drawn(1, 40, 4, Origin.SEEN, control=False), *drawn(2, 40, 0, Origin.UNSEEN, control=False)]
    card = card_report([*own, *drawn(3, 80, 0, Origin.UNSEEN, control=True)])
    assert card.is_memory
    assert card.sentence.startswith("Memory shows: within the set")


def test_the_auc_is_the_share_of_pairs_and_ties_count_half() -> None:
    found = separation(Measure.LOGPROB, [1.0] * 5 + [3.0] * 5, [1.0] * 5 + [2.0] * 5)
    assert found is not None
    assert found.auc == pytest.approx((25 * 0.5 + 50) / 100)
    assert found.interval.low < found.auc < found.interval.high


def test_a_complete_separation_is_not_called_certain() -> None:
    found = separation(Measure.LOGPROB, [float(n) for n in range(20, 40)], [float(n) for n in range(20)])
    assert found is not None
    assert (found.auc, found.interval.low) == (1.0, pytest.approx(0.85))


def test_false_alarms_are_about_a_twentieth_whatever_the_distribution() -> None:
    draw = np.random.default_rng(3)
    for values in (draw.normal(size=400), draw.exponential(size=400), draw.uniform(size=400)):
        assert 0.04 <= false_alarm_rate(values) <= 0.075


def test_too_few_problems_say_nothing() -> None:
    assert separation(Measure.LOGPROB, [1.0] * 9, [0.0] * 50) is None
    card = card_report(drawn(1, 5, 4, Origin.SEEN, control=False))
    assert "too few for a statement" in card.sentence


def test_the_first_words_of_a_solution_are_no_recitation() -> None:
    own = rows([3.0 + n / 100 for n in range(40)], [0.05] * 40, [Origin.UNKNOWN] * 40, control=False)
    controls = rows([n / 100 for n in range(40)], [0.0] * 40, [Origin.UNSEEN] * 40, control=True)
    card = card_report([*own, *controls])
    assert not card.is_memory
    [recited] = [one for one in card.against_controls if one.measure is Measure.RECITED]
    assert (recited.auc, recited.above, recited.stands_out) == (1.0, 0.0, False)

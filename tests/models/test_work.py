"""The specifications of collecting and training: defaults, bounds, payloads, and what they refuse in one sentence."""

from typing import Any

import pytest

from models.job import LONG, queue_of
from models.specification import SpecificationError
from models.work import (
    CollectSpecification,
    TrainBaseSpecification,
    TrainCriticSpecification,
    WorkSpecification,
    collecting_of,
    training_of,
)

CRITIC = {"name": "repairer", "base": "demo-base"}
BASE = {"name": "learned", "start": "demo", "problems": "tekhne-seen", "go_source": True}
COLLECT = {"problems": "tekhne-seen", "mutants": 4}


@pytest.mark.parametrize(
    ("model", "fields"),
    [(CollectSpecification, COLLECT), (TrainBaseSpecification, BASE), (TrainCriticSpecification, CRITIC)],
)
def test_a_payload_gives_the_specification_back(model: type[WorkSpecification], fields: dict[str, Any]) -> None:
    made = model.of(**fields)
    read = collecting_of if model is CollectSpecification else training_of
    assert read(made.as_payload()) == made
    assert queue_of(made.JOB_KIND) == LONG
    assert made.label


@pytest.mark.parametrize(
    ("model", "fields", "sentence"),
    [
        (CollectSpecification, {"problems": "tekhne-seen"}, "there are no attempts: name a base"),
        (CollectSpecification, {"problems": "", "mutants": 1}, "problems: collecting needs a problem set."),
        (CollectSpecification, {**COLLECT, "budget_usd": 1}, "budget_usd needs the prices of a million tokens"),
        (CollectSpecification, {**COLLECT, "input_usd": 1}, "a price has two parts: give both"),
        (CollectSpecification, {**COLLECT, "url": "https://me:pass@host/v1"}, "a key or password does not belong"),
        (CollectSpecification, {**COLLECT, "url": "https://host/v1?key=abc"}, "a key or password does not belong"),
        (CollectSpecification, {**COLLECT, "key": "abc"}, "There is no field key."),
        (CollectSpecification, {**COLLECT, "transcript_set": "../x"}, "the name of a set is made of letters"),
        (TrainBaseSpecification, {"name": "x", "start": "demo"}, "there is nothing to train on"),
        (TrainBaseSpecification, {**BASE, "name": "../../etc"}, "a checkpoint's name is made of letters"),
        (TrainBaseSpecification, {**BASE, "name": "a.training"}, "a checkpoint's name is made of letters"),
        (TrainBaseSpecification, {**BASE, "steps": 0}, "steps 0 is not between 1 and 10000000."),
        (TrainCriticSpecification, {**CRITIC, "log_to": "elsewhere"}, "log_to:"),
        (TrainCriticSpecification, {**CRITIC, "validation_share": 1.0}, "validation_share 1 is not between 0 and 0.9."),
    ],
)  # fmt: skip
def test_what_cannot_be_is_one_sentence(
    model: type[WorkSpecification], fields: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(SpecificationError) as refused:
        model.of(**fields)
    assert sentence in str(refused.value)


def test_a_payload_of_neither_kind_is_one_sentence() -> None:
    with pytest.raises(SpecificationError, match="makes a base or a critic, not None"):
        training_of({"specification": {}})


def test_trainings_of_one_name_are_one_job_and_collectings_of_equal_words_too() -> None:
    assert TrainCriticSpecification.of(**CRITIC).key == TrainCriticSpecification.of(**CRITIC, steps=3).key
    assert CollectSpecification.of(**COLLECT).key != CollectSpecification.of(**COLLECT, seed=2).key

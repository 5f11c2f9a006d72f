"""Recipes: what is read, and what each fault is told as."""

import pytest

from models.recipe import RecipeError, parse_recipe, works_of
from models.recipe_presets import preset_names, read_preset
from models.specification import RunSpecification
from models.step_kinds import StepKind, StepResult, forget_step_kind, register_step_kind, step_kinds
from models.step_kinds.score import SCORE
from models.work import TrainCriticSpecification

WHOLE = """\
title = "A whole one"
base = "demo-base"
critic = "trained"
samples = 2

[sets]
seen = "tekhne-seen"
fresh = ["tekhne-fresh"]

[teachers.tutor]
kind = "openai"
model = "tiny"
budget_tokens = 1000

[steps.score]
temperature = 0.0

[steps.lessons]
kind = "collect"
problems = "seen"
teacher = "tutor"
samples = 3

[steps.trained]
kind = "train_critic"
steps = 30

[steps.repair]
sets = ["fresh"]
"""


def test_steps_take_the_defaults_of_the_recipe_and_their_own_fields() -> None:
    recipe = parse_recipe(WHOLE)
    assert [step.name for step in recipe.steps] == ["score", "lessons", "trained", "repair"]
    [run] = works_of(recipe, recipe.steps[0], {})
    assert isinstance(run, RunSpecification)
    assert run.problem_sets == ("tekhne-seen", "tekhne-fresh")
    assert (run.samples, run.sampling.temperature, run.base) == (2, 0.0, "demo-base")


def test_a_step_names_what_an_earlier_one_made() -> None:
    recipe = parse_recipe(WHOLE)
    made = {
        "lessons": [StepResult(transcripts="lessons@1")],
        "trained": [StepResult(checkpoint="critic-1234", is_critic=True)],
    }
    [training] = works_of(recipe, recipe.steps[2], made)
    assert isinstance(training, TrainCriticSpecification)
    assert (training.transcripts, training.base, training.steps) == ("lessons@1", "demo-base", 30)
    [run] = works_of(recipe, recipe.steps[3], made)
    assert isinstance(run, RunSpecification)
    assert [arm.checkpoint for arm in run.arms if arm.checkpoint] == ["critic-1234"]
    assert run.problem_sets == ("tekhne-fresh",)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("train_critic", "train_crtic", "w.toml, line 25: there is no kind of step 'train_crtic'; did you mean "),
        ("steps = 30", "stps = 30", "w.toml, line 26: there is no field 'stps' in [steps.trained]; did you mean "),
        ("steps = 30", "steps = 0", "w.toml, line 26: steps 0 is not between 1 and 10000000."),
        ("title", "titel", "w.toml, line 1: there is no field 'titel'; did you mean 'title'?"),
        ("samples = 2", 'samples = "two"', "w.toml, line 4: samples: Input should be a valid integer"),
        ("budget_tokens = 1000", "budget_usd = 5.0", "w.toml, line 10: budget_usd needs the prices of a "),
        ("[sets]", "[sets", "w.toml is no TOML that can be read: "),
        ('fresh = ["tekhne-fresh"]', "fresh = 3", "w.toml, line 8: fresh names problem sets: a text, "),
        ('critic = "trained"', 'critic = "repair"', "w.toml, line 28: repair names the step 'repair', which is not "),
        ("[steps.lessons]", "[steps.'les sons']", "w.toml, line 18: 'les sons' is no name for a step"),
    ],
)  # fmt: skip
def test_a_fault_is_one_sentence_with_its_line(old: str, new: str, sentence: str) -> None:
    with pytest.raises(RecipeError) as found:
        parse_recipe(WHOLE.replace(old, new, 1), "w.toml")
    told = str(found.value)
    assert "\n" not in told
    assert told.startswith(sentence)


@pytest.mark.parametrize(
    "text", ["x = " + "[" * 100_000, "title = '\ud800'", "a\0b", "", "x" * 300_000, "steps = 3"]
)
def test_odd_text_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(RecipeError) as found:
        parse_recipe(text, "odd")
    assert "\n" not in str(found.value)


def test_a_step_that_needs_another_one_says_so() -> None:
    without = WHOLE.replace('critic = "trained"\n', "").replace(
        '[steps.trained]\nkind = "train_critic"\nsteps = 30\n', ""
    )
    with pytest.raises(
        RecipeError, match="line 24: repair needs a critic, and no step before it trains one: add `critic"
    ):
        parse_recipe(without)
    without = WHOLE.replace('[steps.lessons]\nkind = "collect"', '[steps.lessons]\nkind = "score"').replace(
        'problems = "seen"\nteacher = "tutor"\n', ""
    )
    with pytest.raises(RecipeError, match="trained needs transcripts, and no step before it collects any"):
        parse_recipe(without)


def test_every_preset_can_be_followed() -> None:
    for name in preset_names():
        assert parse_recipe(read_preset(name), name).title
    with pytest.raises(RecipeError, match="There is no preset 'none'"):
        read_preset("none")


def test_a_new_kind_of_step_is_one_registration() -> None:
    register_step_kind(StepKind(name="mine", label="mine", description="", fields=SCORE.fields, work=SCORE.work))
    try:
        assert parse_recipe(WHOLE + "\n[steps.mine]\n").steps[-1].kind.name == "mine"
        with pytest.raises(ValueError, match="another kind of step"):
            register_step_kind(SCORE)
    finally:
        forget_step_kind("mine")
    assert "mine" not in {kind.name for kind in step_kinds()}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a = " + "[" * 90_000, "it is nested too deeply"),
        ("a = " + "{a=" * 3_000 + "1" + "}" * 3_000, "it is nested too deeply"),
        ("a = " + "9" * 5_000, "is no TOML that can be read: Exceeds the limit"),
        ("a." * 2_000 + "b = 1", "a key of more than 50 parts"),
        ("['a' . " + '"a".' * 2_000 + "b]", "a key of more than 50 parts"),
    ],
    ids=["lists", "tables", "digits", "key", "header"],
)
def test_a_recipe_that_no_reader_should_be_given_is_one_sentence(text: str, said: str) -> None:
    with pytest.raises(RecipeError, match=said):
        parse_recipe(text)

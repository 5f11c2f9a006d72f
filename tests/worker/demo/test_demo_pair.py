"""The shipped pair: small, complete, belonging together, and what its card says it is."""

import gzip
import json
from pathlib import Path

import pytest
import torch

from worker.demo import BASE, CRITIC, EXPERIMENT, MODEL_CARD, TRANSCRIPTS
from worker.demo.measuring import measure
from worker.demo.recipe import BuildFolder, steps
from worker.problem_sets.own_sets import load_own_set
from worker.training.folders import read_record
from worker.transcripts.transcript import read_transcripts

MOST_BYTES = 15_000_000


def files() -> list[Path]:
    return [file for folder in (BASE, CRITIC) for file in folder.iterdir()]


def test_base_critic_and_tokenizer_are_small() -> None:
    assert sum(file.stat().st_size for file in files()) <= MOST_BYTES


def test_no_file_names_the_machine_that_made_it() -> None:
    texts = {file.name: file.read_text() for file in files() if file.suffix == ".json"}
    for packed in (TRANSCRIPTS, EXPERIMENT):
        texts[packed.name] = gzip.decompress(packed.read_bytes()).decode()
    roots = [f"/{name}/" for name in ("root", "work", "tmp")]
    assert not [name for name, text in texts.items() if any(root in text for root in roots)]


def test_records_name_the_recipes_commands(tmp_path: Path) -> None:
    commands = [f"tekhne {' '.join(step.command)}" for step in steps(BuildFolder(folder=tmp_path))]
    base, critic = read_record(BASE), read_record(CRITIC)
    assert base is not None
    assert critic is not None
    assert [base["parent"]["command"], base["command"], critic["command"]] == [
        commands[0],
        commands[1],
        commands[3],
    ]


def test_no_step_and_no_transcript_saw_a_fresh_problem(tmp_path: Path) -> None:
    assert not any("fresh" in word for step in steps(BuildFolder(folder=tmp_path)) for word in step.command)
    fresh = {problem.prompt for problem in load_own_set("fresh").problems}
    assert not fresh & {transcript.prompt for transcript in read_transcripts(TRANSCRIPTS)}


@pytest.mark.go
@pytest.mark.slow
def test_the_pair_behaves_as_its_card_tells(tmp_path: Path) -> None:
    """Seen problems pass, fresh ones fail and mostly parse, and the critic echoes what it was taught."""
    torch.set_num_threads(1)
    build = BuildFolder(folder=tmp_path)
    build.base.symlink_to(BASE)
    build.critic.symlink_to(CRITIC)
    found = measure(build)
    assert found.seen.passed >= 0.9 * found.seen.problems
    assert found.fresh.passed == 0
    assert found.fresh.failures_that_parse > found.fresh.problems / 2
    repaired = [task_id for task_id, passes in found.repaired if passes]
    assert any(task_id.startswith("seen/") for task_id in repaired)
    assert not [task_id for task_id in repaired if task_id.startswith("fresh/")]
    card = MODEL_CARD.read_text()
    assert f"| {found.seen.passed} of {found.seen.problems} |" in card
    assert f"| {found.fresh.failures_that_parse} of {found.fresh.problems} |" in card


def test_every_curve_is_there() -> None:
    for folder in (BASE, CRITIC):
        points = json.loads((folder / "curves.json").read_text())
        assert points[-1]["step"] == (read_record(folder) or {})["options"]["steps"]

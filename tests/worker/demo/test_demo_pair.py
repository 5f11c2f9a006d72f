"""The shipped pair: small, complete, belonging together, and what its card says it is."""

import json
from pathlib import Path

import torch

from settings import load_settings
from worker.collect.attempts import Drafts
from worker.collect.opening import open_pair
from worker.demo import BASE, CRITIC, TRANSCRIPTS
from worker.demo.measuring import GREEDY
from worker.demo.recipe import Kitchen, stages
from worker.problem_sets.own import load
from worker.training.folders import read_record
from worker.transcript.transcript import read_transcripts

MOST_BYTES = 15_000_000


def files() -> list[Path]:
    return [file for folder in (BASE, CRITIC) for file in folder.iterdir()]


def test_base_critic_and_tokenizer_are_small() -> None:
    assert sum(file.stat().st_size for file in files()) <= MOST_BYTES


def test_no_file_names_the_machine_that_made_it() -> None:
    texts = [*(file for file in files() if file.suffix == ".json"), TRANSCRIPTS]
    roots = [f"/{name}/" for name in ("root", "work", "tmp")]
    assert not [file.name for file in texts if any(root in file.read_text() for root in roots)]


def test_records_name_the_recipes_commands(tmp_path: Path) -> None:
    commands = [f"tekhne {' '.join(stage.command)}" for stage in stages(Kitchen(folder=tmp_path))]
    base, critic = read_record(BASE), read_record(CRITIC)
    assert base is not None
    assert critic is not None
    assert [base["parent"]["command"], base["command"], critic["command"]] == [
        commands[0],
        commands[1],
        commands[3],
    ]


def test_no_stage_and_no_transcript_saw_a_fresh_problem(tmp_path: Path) -> None:
    assert not any("fresh" in word for stage in stages(Kitchen(folder=tmp_path)) for word in stage.command)
    fresh = {problem.prompt for problem in load("fresh").problems}
    assert not fresh & {transcript.prompt for transcript in read_transcripts(TRANSCRIPTS)}


def test_the_pair_belongs_together_and_knows_seen_problems_by_heart() -> None:
    torch.set_num_threads(1)
    engine = open_pair(str(BASE), CRITIC, load_settings())
    try:
        chosen = load("seen").problems[:3]
        drafts = list(Drafts(engine=engine, samples=1, sampling=GREEDY).attempts(chosen))
    finally:
        engine.close()
    assert [draft.text.strip() for draft in drafts] == [(each.canonical_solution or "").strip() for each in chosen]


def test_every_curve_is_there() -> None:
    for folder in (BASE, CRITIC):
        points = json.loads((folder / "curves.json").read_text())
        assert points[-1]["step"] == (read_record(folder) or {})["options"]["steps"]

"""The folder of an unfinished training: of one process at a time, and never one that holds something else."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.worker.training.test_training_critic import QUICK, folder_bytes, quiet
from worker.training.critic import CriticRequest, train_critic
from worker.training.errors import FolderError, ResumeError
from worker.training.folders import STATE, working_folder
from worker.training.reports import TrainingProgress
from worker.training.resume import hold
from worker.transcripts.transcript import TranscriptContent


def request(out: Path, base: Path, lessons: list[TranscriptContent], save_seconds: float = 0.0) -> CriticRequest:
    options = replace(QUICK, save_seconds=save_seconds)
    return CriticRequest(out=out, base=str(base), transcripts=lessons, options=options)


@pytest.mark.parametrize("holds", ["lessons.jsonl", "resume.pt.old", "config.json"])
def test_a_folder_of_something_else_is_not_removed_with_the_training(
    tmp_path: Path, tiny_base: Path, lessons: list[TranscriptContent], holds: str
) -> None:
    """`train critic --transcripts critic.training/lessons.jsonl --out critic` removed its own input in the end."""
    folder = tmp_path / "critic.training"
    folder.mkdir()
    (folder / holds).write_text("precious")
    with pytest.raises(
        FolderError, match=rf"critic\.training holds {holds}, which is of no training: move it away"
    ):
        train_critic(request(tmp_path / "critic", tiny_base, lessons), quiet)
    assert (folder / holds).read_text() == "precious"
    assert not (tmp_path / "critic").exists()


@pytest.mark.parametrize("link", [False, True])
def test_what_is_no_folder_in_the_place_of_an_unfinished_training_is_a_sentence(
    tmp_path: Path, link: bool
) -> None:
    place = tmp_path / "critic.training"
    if link:
        place.symlink_to(tmp_path / "elsewhere")
    else:
        place.write_text("precious")
    with pytest.raises(FolderError, match=r"critic\.training is of no training"):
        working_folder(tmp_path / "critic")
    assert place.is_symlink() is link


def test_a_process_that_was_taken_for_dead_writes_nothing_over_what_the_next_has_saved(
    tmp_path: Path, tiny_base: Path, lessons: list[TranscriptContent]
) -> None:
    out, folder = tmp_path / "critic", tmp_path / "critic.training"
    kept: list[dict[str, str]] = []

    def step(now: TrainingProgress) -> None:
        if now.step == 4 and not kept:
            hold(folder)  # as another process does that goes on with it
            kept.append(folder_bytes(folder))

    with pytest.raises(ResumeError, match="Another process goes on with the training in"):
        train_critic(request(out, tiny_base, lessons), step)
    assert folder_bytes(folder) == kept[0]
    assert (folder / STATE).is_file()
    assert not out.exists()


def test_a_process_that_wakes_after_the_next_has_ended_leaves_nothing_behind(
    tmp_path: Path, tiny_base: Path, lessons: list[TranscriptContent]
) -> None:
    out, folder = tmp_path / "critic", tmp_path / "critic.training"
    finished: list[dict[str, str]] = []

    def step(now: TrainingProgress) -> None:
        if now.step == 4 and not finished:
            finished.append({})
            finished[0] = folder_bytes(train_critic(request(out, tiny_base, lessons), quiet))

    with pytest.raises(ResumeError):
        train_critic(request(out, tiny_base, lessons), step)
    assert folder_bytes(out) == finished[0]
    assert not folder.exists()


def test_a_training_that_cannot_save_yet_leaves_no_folder(
    tmp_path: Path, tiny_base: Path, lessons: list[TranscriptContent]
) -> None:
    def fail(_: TrainingProgress) -> None:
        raise RuntimeError("the first step fails")

    with pytest.raises(RuntimeError, match="first step"):
        train_critic(request(tmp_path / "critic", tiny_base, lessons, save_seconds=60.0), fail)
    assert not (tmp_path / "critic.training").exists()

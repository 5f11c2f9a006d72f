"""The cache of compiled packages is damaged in mid-run: it is built anew, and no verdict tells of it."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select

from models import Attempt, Store, Trace
from models.enums import Stage, Verdict
from settings import Settings
from tests.faults.living import Prepared, living
from tests.faults.workplace import random_moments
from tests.forking import Nursery
from tests.worker.runs.stored_rows import stored_rows
from tests.worker.tiny_run import TINY, add_tiny_models, finish, finished_run, reopen
from worker.problem_sets.own_sets import load_own_set
from worker.problem_sets.submitting import submission
from worker.ruler import Judgement, Ruler
from worker.toolchain import build_ruler, find_go
from worker.toolchain.integrity import BuildSeal
from worker.verdicts.damage import find_damaged, was_taken_under_damage

pytestmark = [pytest.mark.go, pytest.mark.slow]


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """A cache of its own, with the built ruler in it."""
    build = build_ruler(find_go(), Settings().cache_dir).archives.parent
    shutil.copytree(build, tmp_path / "cache" / "go" / build.name)
    return tmp_path / "cache"


def packages_of(cache: Path) -> Path:
    return next(cache.glob("go/ruler-*/std"))


def remove_all(packages: Path) -> None:
    """All at one moment: a worker that meets the first missing package lays the folder anew, under the hands of a slow
    removal."""
    packages.rename(packages.parents[3] / "removed")


def remove_one(packages: Path) -> None:
    (packages / "testing.a").unlink()


def cut_all(packages: Path) -> None:
    """As a full disk leaves files. All at one moment, because the ruler builds anew at the first damage it meets."""
    elsewhere = packages.parents[3]
    damaged = shutil.copytree(packages, elsewhere / "damaged")
    for file in damaged.rglob("*.a"):
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    packages.rename(elsewhere / "whole")
    damaged.rename(packages)


@pytest.mark.parametrize("damage", [remove_one, cut_all])
def test_what_is_damaged_between_two_verdicts_is_built_anew_and_the_verdicts_are_right(
    cache: Path, damage: Callable[[Path], None]
) -> None:
    problems = load_own_set("fresh").problems[:9]
    right = [submission(one, one.canonical_solution, str(at)) for at, one in enumerate(problems)]
    moment = random_moments().randrange(len(right))
    judged: list[Judgement] = []
    with Ruler(cache_dir=cache, cores=1) as ruler:
        for at, judgement in enumerate(ruler.judge(right)):
            judged.append(judgement)
            if at == moment:
                damage(packages_of(cache))
        judged += [ruler.judge_one(right[0])]
    assert {one.fixed.verdict for one in judged} == {Verdict.PASSED}
    assert len(judged) == len(right) + 1
    assert BuildSeal(packages_of(cache).parent).damage(thorough=True) == ""


@pytest.mark.slow
def test_a_worker_whose_packages_are_deleted_in_mid_run_ends_the_run_as_if_nothing_had_been(
    cache: Path, prepared: Prepared, tmp_path: Path, nursery: Nursery
) -> None:
    with living(prepared, tmp_path, nursery) as place:
        place.start_web()
        place.start_worker(TEKHNE_CACHE_DIR=str(cache))
        run_id = place.start_run()
        place.wait_for_random_moment(run_id)
        remove_all(packages_of(cache))
        place.ends_as_undisturbed(run_id)
        assert "unscored samples" not in place.page(f"/runs/{run_id}").lower()
        assert BuildSeal(packages_of(cache).parent).damage(thorough=True) == ""


WORDS = (
    "candidate_test.go:5:2: could not import testing (open /std/testing.a: no such file or directory)",
    "header.go:1:1: package strconv is not in std",
    "link: cannot read object file:unexpected EOF",
    "open {}work/p3.a: no space left on device".format("/"),
)
OF_PROGRAMS = (
    "candidate.go:3:8: package foo/bar is not in std",
    "candidate.go:7:2: undefined: sort",
    'candidate.go:7:9: cannot use "x: no space left on device" (untyped string constant) as int value',
)


@pytest.mark.parametrize("words", WORDS)
def test_words_of_damage_are_known(words: str) -> None:
    assert was_taken_under_damage(words, {"testing", "strconv"})


@pytest.mark.parametrize("words", OF_PROGRAMS)
def test_words_about_a_program_are_no_damage(words: str) -> None:
    assert not was_taken_under_damage(words, {"testing", "strconv"})


def test_verdicts_taken_under_damage_are_found_removed_and_taken_again(  # type: ignore[no-untyped-def]
    sqlite_store: Store, tmp_path: Path, tekhne
) -> None:
    add_tiny_models(sqlite_store, tmp_path)
    wanted = TINY.model_copy(update={"samples": 1})
    run_id = finished_run(sqlite_store, wanted)
    expected = stored_rows(sqlite_store, run_id)
    with sqlite_store.writer() as session:
        # As the version before stored it.
        lost = session.scalars(select(Trace).join(Attempt, Attempt.trace_id == Trace.id)).first()
        assert lost is not None
        lost.verdict, lost.stage, lost.message = Verdict.TYPE, Stage.COMPILE, WORDS[0]
    with sqlite_store.reader() as session:
        assert find_damaged(session, {"testing"}).runs == (run_id,)
    db = str(sqlite_store.engine.url)
    mended = tekhne("cache", "check", "--repair", TEKHNE_DB=db)
    assert mended.returncode == 0, mended.stderr
    assert f"`tekhne execute-unscored {run_id}` executes the samples of run {run_id} again." in mended.stdout
    with sqlite_store.reader() as session:
        assert session.scalar(select(func.count()).where(Trace.message == WORDS[0])) == 0
    reopen(sqlite_store, run_id)
    finish(sqlite_store, run_id)
    assert stored_rows(sqlite_store, run_id) == expected
    with sqlite_store.reader() as session:
        assert find_damaged(session, {"testing"}).traces == ()

"""`tekhne bench memory`, the generator's part: 250 problems with verification, how alike they are, mutants killed.

The set is made as `tekhne problems generate` makes it, and nothing is stored. Mutants are those of
`tekhne problems verify`, of every fifth problem.
"""

import time
from collections import Counter

from benchmarks.report import Figure, at_least, at_most
from settings import load_settings
from worker.generator.generating import generate_set
from worker.generator.keeping import verify
from worker.mutants import MutationScore, generate, mutant_writer
from worker.overlap.pairs import duplicate_share, near_duplicates
from worker.ruler import Ruler
from worker.toolchain import find_go
from worker.verdicts.judging import MUTANT_LIMITS, RulerJudge
from worker.verify.problem_checks import check_problems

SEED = "bench memory"
COUNT = 250
MUTATED = 5
"""Mutants of every fifth problem are judged."""


def memory_figures() -> list[Figure]:
    settings = load_settings()
    go = find_go(settings.go)
    with Ruler(go=settings.go, cache_dir=settings.cache_dir) as ruler:
        judge = RulerJudge(ruler)
        started = time.monotonic()
        made = generate_set(go, SEED, COUNT, "bench")
        verify(made, judge)
        seconds = time.monotonic() - started
        alike = 100 * duplicate_share(near_duplicates(made.content.problems), COUNT)
    chosen = list(made.content.problems[::MUTATED])
    mutants = generate(mutant_writer(settings), chosen)
    with Ruler(go=settings.go, cache_dir=settings.cache_dir, limits=MUTANT_LIMITS) as ruler:
        judge = RulerJudge(ruler)
        score = sum((one.mutants for one in check_problems(chosen, judge, mutants, retakes=0)), MutationScore())
    largest = max(Counter(one.family for one in made.problems).values())
    return [
        at_most("generate_250_seconds", seconds, "s", 60.0),
        at_most("near_duplicates_percent", alike, "%", 1.0),
        at_least("mutants_killed_percent", 100 * (score.rate or 0.0), "%", 95.0),
        Figure(name="redrawn_near_duplicates", value=made.redrawn["near_duplicate"], unit="drafts"),
        Figure(name="largest_family_percent", value=100 * largest / COUNT, unit="%"),
        Figure(name="families", value=len({one.family for one in made.problems}), unit="families"),
    ]

"""Feedback X-rays, as a part of `tekhne bench truth`: what works is named, and nothing else.

In: random numbers and a number of repeats. Out: for each thing that can work alone, the share of runs that name it and
the share that name something else besides; for runs in which nothing works, the share that name anything.
"""

import numpy as np

from app.reports.xray import feedback_xray
from benchmarks.report import Figure, at_least
from benchmarks.simulated_xray import XrayTruth, planted, simulate_xray
from benchmarks.truth_shares import false_claims

XRAY_NULLS = {
    "xray_null": XrayTruth(),
    "xray_null_one_sample": XrayTruth(problems=120, samples=1),
    "xray_null_without_reflections_for_a_third": XrayTruth(unasked=1 / 3),
}
NAMED = 0.8
"""The planted gain is of 0.6 on 120 problems of 3 samples: what works has to be named in this share of runs."""


def claimed_by(truth: XrayTruth, chance: np.random.Generator) -> frozenset[str]:
    """The questions that the X-ray of a simulated run answers with a difference; `-` stands before those that harm."""
    xray = feedback_xray(simulate_xray(truth, chance))
    pairs = xray.pairs if xray is not None else ()
    claims = [pair for pair in pairs if pair.works or pair.harms]
    return frozenset(pair.question if pair.works else f"-{pair.question}" for pair in claims)


def planted_xray(chance: np.random.Generator, name: str, repeats: int) -> list[Figure]:
    """How often exactly what works is named, and how often anything besides."""
    truth = planted()[name]
    found = [claimed_by(truth, chance) for _ in range(repeats)]
    named = float(np.mean([one >= truth.worked for one in found]))
    besides = float(np.mean([bool(one - truth.worked) for one in found]))
    power = at_least(f"xray_names_{name}", named, "share", NAMED)
    return [power, false_claims(f"xray_names_more_than_{name}", besides, repeats)]


def null_xray(chance: np.random.Generator, name: str, truth: XrayTruth, repeats: int) -> list[Figure]:
    """How often an X-ray names anything where nothing works."""
    found = float(np.mean([bool(claimed_by(truth, chance)) for _ in range(repeats)]))
    return [false_claims(name, found, repeats)]

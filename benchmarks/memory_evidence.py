"""The part of `tekhne bench memory` that memory cards have: what the demo base was trained on, and false alarms.

The demo base learned `tekhne-seen` by heart and never read `tekhne-fresh`. Two bases never saw either: one of random
weights, and one that read Go's library only (the demo recipe's first step, with fewer steps). On them a problem of
either set must not stand above the 95th percentile of the other set, which is of the same style.
"""

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import torch
from transformers import AutoConfig, AutoModelForCausalLM

from app.reports.memory_cards import ALARM_QUANTILE, Measure, Separation, separation
from benchmarks.report import Figure, at_least, at_most
from worker.demo import BASE
from worker.engines.local.scoring import LocalScorer
from worker.memory.measuring import MemoryMeasures, measure, name_pool
from worker.network.checkpoints import load_base, load_tokenizer
from worker.network.critic import Trunk
from worker.problem_sets.own_sets import load_own_set

AUC_BAR = 0.95
FALSE_ALARM_BAR = 0.05
LIBRARY_COMMAND = (
    "train base --from demo --go-source --optimizer muon --learning-rate 0.02 --steps 120 --batch-tokens 2048 "
    "--warmup-steps 20 --seed 1 --no-into-store --out"
)
_MEASURES = {
    "likelihood": "logprob",
    "recitation": "recited",
    "names": "name_gain",
    "min_k_plus": "min_k_plus",
}


def memory_figures() -> list[Figure]:
    """AUC of each sign on the demo base, with its interval, and the false alarms of the claims' two signs."""
    sides = _measured(load_base(str(BASE)))
    figures = []
    for name, column in _MEASURES.items():
        found = _separation(sides, column)
        unit = f"{found.interval.low:.3f} to {found.interval.high:.3f}"
        barred = name in ("likelihood", "recitation")
        value = found.auc
        figure = f"auc_{name}"
        figures.append(
            at_least(figure, value, unit, AUC_BAR) if barred else Figure(name=figure, value=value, unit=unit)
        )
    torch.manual_seed(0)
    strangers = {"random": AutoModelForCausalLM.from_config(AutoConfig.from_pretrained(BASE)).eval()}
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "library"
        command = [sys.executable, "-m", "cli.main", *LIBRARY_COMMAND.split(), str(place)]
        subprocess.run(command, check=True, capture_output=True)
        strangers["library"] = load_base(str(place))
    for name, stranger in strangers.items():
        figures += _alarms(name, _measured(stranger))
    return figures


_Sides = tuple[list[MemoryMeasures], list[MemoryMeasures]]


def _measured(base: object) -> _Sides:
    """Both of the project's sets under one base: seen, fresh."""
    seen, fresh = load_own_set("seen").problems, load_own_set("fresh").problems
    scorer = LocalScorer(Trunk(base), load_tokenizer(str(BASE)))
    pool = name_pool([*seen, *fresh])
    return measure(seen, pool, scorer), measure(fresh, pool, scorer)


def _alarms(name: str, sides: _Sides) -> list[Figure]:
    """A card claims memory only where both signs stand out, so an alarm is a problem that both name."""
    seen, fresh = sides
    limits = {column: _limit(fresh, column) for column in ("name_gain", "recited")}
    flagged = [all(_value(one, column) > limit for column, limit in limits.items()) for one in seen]
    share = sum(flagged) / len(flagged)
    found = _separation(sides, "name_gain")
    return [
        at_most(f"false_alarms_{name}", share, "of problems", FALSE_ALARM_BAR),
        Figure(
            name=f"auc_names_{name}",
            value=found.auc,
            unit=f"{found.interval.low:.3f} to {found.interval.high:.3f}",
        ),
    ]


def _limit(rows: Sequence[MemoryMeasures], column: str) -> float:
    values = sorted(_value(one, column) for one in rows)
    return values[int(ALARM_QUANTILE * (len(values) - 1))]


def _value(one: MemoryMeasures, column: str) -> float:
    found = getattr(one, column)
    return float("-inf") if found is None else float(found)


def _separation(sides: _Sides, column: str) -> Separation:
    left, right = [[value for one in side if (value := getattr(one, column)) is not None] for side in sides]
    found = separation(Measure(column), left, right)
    if found is None:
        raise ValueError(f"too few problems have {column}")
    return found

"""The model card: what the pair is, how it was made, what it does, and what it is not evidence for.

In: the finished folders and measurements. Out: MODEL_CARD.md. Every figure in it is read from a record or measured
in the same build.
"""

from pathlib import Path
from string import Template
from typing import Any

from worker.demo.measuring import Measured
from worker.demo.recipe import BuildFolder, steps
from worker.training.folders import read_curves, read_record

_TEMPLATE = Path(__file__).parent / "card.md.txt"


def write_card(build: BuildFolder, result: Measured) -> None:
    """Write `MODEL_CARD.md` into the build folder."""
    text = Template(_TEMPLATE.read_text(encoding="utf-8")).substitute(_words(build, result))
    (build.folder / "MODEL_CARD.md").write_text(text, encoding="utf-8")


def _words(build: BuildFolder, result: Measured) -> dict[str, Any]:
    seen, fresh = result.seen, result.fresh
    base, critic = read_record(build.base) or {}, read_record(build.critic) or {}
    library = base.get("parent") or {}
    return {
        "seen_passed": seen.passed,
        "seen_problems": seen.problems,
        "seen_failed": ", ".join(seen.failed) or "none",
        "fresh_passed": fresh.passed,
        "fresh_problems": fresh.problems,
        "fresh_failed": fresh.problems - fresh.passed,
        "fresh_parse": fresh.failures_that_parse,
        "fresh_verdicts": ", ".join(f"{name} {count}" for name, count in sorted(fresh.verdicts.items())),
        "hot_failed": result.hot.problems - result.hot.passed,
        "repaired_seen": _repaired(result, "seen/"),
        "repaired_fresh": _repaired(result, "fresh/"),
        "megabytes": f"{_bytes(build) / 1e6:.1f}",
        "commands": "\n".join(f"tekhne {' '.join(step.command)}" for step in steps(build)),
        "seconds": ", ".join(str(round(record.get("seconds", 0))) for record in (library, base, critic)),
        "threads": base.get("threads", "?"),
        "torch": base.get("torch", "?"),
        "transcripts": critic.get("transcripts", "?"),
        "base_loss": _last_loss(build.base, "train"),
        "critic_loss": _last_loss(build.critic, "train"),
    }


def _repaired(result: Measured, prefix: str) -> str:
    chosen = [passes for task_id, passes in result.repaired if task_id.startswith(prefix)]
    return f"{sum(chosen)} of {len(chosen)}"


def _bytes(build: BuildFolder) -> int:
    return sum(file.stat().st_size for folder in (build.base, build.critic) for file in folder.iterdir())


def _last_loss(folder: Path, split: str) -> str:
    losses = [point.loss for point in read_curves(folder) if point.split == split]
    return f"{losses[-1]:.4f}" if losses else "not measured"

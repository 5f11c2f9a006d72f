"""What a run's Memory panel says: origins, twins, recitation and likelihood, each measured or with how to measure it.

In: a run's report, and what the memory cards of its base show. Out: one sentence and four rows of evidence.
"""

from collections.abc import Sequence

from app.reports.memory_cards import FEWEST, CardReport, MemoryEvidence, MemoryPanel
from app.reports.report import Report
from app.reports.wording import number_of
from models.enums import Origin

Cards = Sequence[tuple[str, CardReport]]
"""What each card shows, with the name of its set."""


def memory_panel(report: Report, cards: Cards, *, has_solutions: bool) -> MemoryPanel:
    """The panel of one run.

    Args:
        has_solutions: whether any of its problems has a canonical solution.
    """
    rows = (
        _origins(report),
        _twins(report),
        _recitation(report, has_solutions=has_solutions),
        _likelihood(report, cards),
    )
    return MemoryPanel(sentence=_sentence(report, cards), rows=rows)


def _counts(report: Report) -> dict[Origin, int]:
    counts = dict.fromkeys(Origin, 0)
    for one in report.origins:
        counts[one.origin] += one.problems
    return counts


def _origins(report: Report) -> MemoryEvidence:
    counts = _counts(report)
    words = ", ".join(f"{number} {origin}" for origin, number in counts.items() if number)
    if not words or counts[Origin.UNKNOWN] == sum(counts.values()):
        how = "Say what the base was trained on on its page, or with `tekhne models origin`."
        return MemoryEvidence(name="In training", says=f"Not known. {how}", is_measured=False)
    return MemoryEvidence(name="In training", says=f"Problems: {words}.", is_measured=True)


def _twins(report: Report) -> MemoryEvidence:
    if not report.twins:
        how = "make twins with `tekhne problems twins SET` and give the run both sets."
        return MemoryEvidence(name="Twins", says=f"Not measured: {how}", is_measured=False)
    says = " ".join(one.sentence for one in report.twins)
    return MemoryEvidence(name="Twins", says=says, is_measured=True)


def _recitation(report: Report, *, has_solutions: bool) -> MemoryEvidence:
    passed = [arm for arm in report.arms if arm.passed]
    if not has_solutions or not passed:
        why = "nothing passed yet" if has_solutions else "import the set with its canonical solutions"
        return MemoryEvidence(name="Recitation", says=f"Not measured: {why}.", is_measured=False)
    what = "Passes that are the canonical solution up to names, layout and comments"
    parts = ", ".join(f"{arm.recited} of {arm.passed} by {arm.name}" for arm in passed)
    return MemoryEvidence(name="Recitation", says=f"{what}: {parts}.", is_measured=True)


def _likelihood(report: Report, cards: Cards) -> MemoryEvidence:
    if not cards:
        base, sets = report.run.base or "the base", [one.split("@")[0] for one in report.run.problem_sets]
        name = sets[0] if len(sets) == 1 else "SET"
        how = f"measure it on the page of {base}, or with `tekhne memory {base} {name}`."
        return MemoryEvidence(name="Likelihood", says=f"Not measured: {how}", is_measured=False)
    says = " ".join(f"{name}: {one.sentence}" for name, one in cards)
    return MemoryEvidence(name="Likelihood", says=says, is_measured=True)


def _sentence(report: Report, cards: Cards) -> str:
    """What is known, in one sentence."""
    counts = _counts(report)
    signs = [f"the base's likelihoods on {name}" for name, one in cards if one.is_memory]
    recalled = [one.arm for one in report.twins if one.convincing and one.original_only > one.twin_only]
    if recalled:
        signs.append(f"twins that {' and '.join(recalled)} did not solve")
    base = report.arms[0] if report.arms else None
    if base is not None and base.solved >= FEWEST and base.recited / base.passed > 0.5:
        signs.append(f"recitation: {base.recited} of the base's {base.passed} passes are the canonical solution")
    seen, unknown = counts[Origin.SEEN], counts[Origin.UNKNOWN]
    if seen:
        known = (
            f"{seen} of {number_of(sum(counts.values()), 'problem')} {'was' if seen == 1 else 'were'} in training"
        )
    else:
        known = "it is unknown whether the problems were in training" if unknown else "no problem was in training"
    if signs:
        return f"{known[:1].upper()}{known[1:]}, and memory shows in {', and in '.join(signs)}."
    rest = (
        "no sign of memory in what was measured"
        if cards or report.twins
        else "likelihood and twins were not measured"
    )
    return f"{known[:1].upper()}{known[1:]}; {rest}."

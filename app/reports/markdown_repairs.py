"""What one arm repaired, as a section of a report in Markdown: counts, transitions, tables of the literature."""

from collections.abc import Iterator

from app.reports.estimates import NotEstimable
from app.reports.markdown_parts import escape, estimate_cells, section, table
from app.reports.report import RepairReport
from app.reports.wording import amount, between, difference, number_of, percent


def repair_lines(repair: RepairReport, rate_name: str) -> Iterator[str]:
    """The section of one arm; `rate_name` is what its rate is called."""
    done, never = repair.repairs, repair.ceiling
    reads_draft = repair.kind.reads_draft
    yield from section(f"{'Repair' if reads_draft else 'New drafts'} by {escape(repair.arm)}")
    rate = done.rate
    known = (
        "not estimable"
        if isinstance(rate, NotEstimable)
        else f"{percent(rate.value)}, {between(rate.interval, problems=rate.problems)}"
    )
    yield f"- Repaired {done.repaired} of {number_of(done.failures, 'failure')} ({known})."
    if reads_draft:
        yield f"- {done.copied} of {number_of(done.revised, 'revised sample')} copied the draft."
    if done.passed:
        yield f"- Broke {done.broken} of {number_of(done.passed, 'draft')} that had passed."
    if done.accepted:
        were = "was" if done.accepted == 1 else "were"
        yield f"- {number_of(done.accepted, 'failed draft')} passed the example tests and {were} not revised."
    if done.median_edit_size is not None:
        yield f"- Median edit: {amount(done.median_edit_size)} lines."
    if never.rate_at_most is not None:
        yield (
            f"- {number_of(never.never_solved, 'problem')} never solved by the base in at least "
            f"{never.fewest_samples} samples each (95% upper bound on the true rate {percent(never.rate_at_most)}); "
            f"{never.solved_by_arm} solved here."
        )
    yield ""
    rows = [(label, rate.name, rate.tried, rate.repaired)
            for label, rates in (("class", done.by_class), ("round", done.by_round)) for rate in rates]  # fmt: skip
    yield from table(("Group", "Class or round", "Tried", "Repaired"), rows)
    yield from table(
        ("Verdict of the draft", "Final verdict", "Samples"),
        [(t.draft, t.final, t.samples) for t in done.transitions],
    )
    yield from _correction_lines(repair)
    yield from _decay_lines(repair)
    yield from _coverage_lines(repair, rate_name)


_SHARES = {
    "before": "passed before repair",
    "after": "passed after repair",
    "change": "change",
    "wrong_to_right": "turned from wrong to right",
    "right_to_wrong": "turned from right to wrong",
    "confidence": "right drafts kept right, of those revised",
    "critique": "wrong drafts turned right, of those revised",
}


def _correction_lines(repair: RepairReport) -> Iterator[str]:
    rows = [
        (
            _SHARES[one.name],
            one.samples,
            one.of,
            difference(one.estimate)
            if one.name == "change"
            else ", ".join(filter(None, map(str, estimate_cells(one.estimate)[:2]))),
        )
        for one in repair.corrections
    ]
    yield from table(("Self-correction", "Samples", "Of", "Share, 95% CI"), rows)


def _decay_lines(repair: RepairReport) -> Iterator[str]:
    rows = [
        (
            one.group,
            of.number,
            of.tried,
            of.repaired,
            percent(of.gain),
            "unknown" if of.fresh is None else percent(of.fresh),
            one.fit.reason if isinstance(one.fit, NotEstimable) else percent(of.fitted or 0.0),
            "unknown" if isinstance(one.fit, NotEstimable) else one.afresh_from or "none of these",
        )
        for one in repair.decays
        for of in one.rounds
    ]
    heads = (
        "Class",
        "Round",
        "Tried",
        "Repaired",
        "Gain",
        "Of a fresh draft",
        "Fitted decay",
        "Draw afresh from round",
    )
    yield from table(heads, rows)


def _coverage_lines(repair: RepairReport, rate_name: str) -> Iterator[str]:
    rows = [
        (
            one.rival,
            at.k,
            percent(at.arm),
            percent(at.rival),
            difference(at.difference),
            one.crosses_at.reason if isinstance(one.crosses_at, NotEstimable) else f"at k = {one.crosses_at}",
        )
        for one in repair.coverage
        for at in one.points
    ]
    yield from table(("Coverage vs.", "k", rate_name, "Rival", "Difference", "Curves cross"), rows)

"""The shipped experiment in every format: page, Markdown, JSON, CSV and terminal say the same numbers.

Each test walks all numbers of one kind in the report and reads them back from the formats, by row and column where a
format has a table. The terminal's report is compared as a whole.
"""

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

import pytest
from typer.testing import CliRunner

from app.main import create_app
from app.reporting import read_report
from app.reports.estimates import Estimate, Estimated
from app.reports.report import Report
from app.reports.tables import report_tables
from app.reports.tables.table import ReportTable, Section
from app.reports.wording import between, difference, p_value, percent
from cli.main import app as tekhne
from cli.store import open_store
from settings import Settings
from tests.client import TestClient
from worker.demo.installing import install_demo_pair

Table = list[list[str]]
DIGITS = 1e-5
"""What six significant digits of a file leave out, and some room."""


class PageReader(HTMLParser):
    """The words of a page, and its tables by the nearest heading before them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tables: list[tuple[str, Table]] = []
        self._heading, self._in_heading, self._cell = "", False, False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag in ("h1", "h2", "h3"):
            self._heading, self._in_heading = "", True
        elif tag == "table":
            self.tables.append((" ".join(self._heading.split()), []))
        elif tag == "tr":
            self.tables[-1][1].append([])
        elif tag in ("th", "td"):
            self.tables[-1][1][-1].append("")
            self._cell = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("h1", "h2", "h3"):
            self._in_heading = False
        elif tag in ("th", "td"):
            self._cell = False

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if self._in_heading:
            self._heading += data
        if self._cell:
            self.tables[-1][1][-1][-1] += data


@dataclass(frozen=True, kw_only=True)
class Formats:
    """One run in every format."""

    report: Report
    page: str
    page_tables: list[tuple[str, Table]]
    markdown: str
    """Without its escapes."""
    tree: dict[str, Any]
    files: dict[str, list[dict[str, str]]]
    """Every table as CSV."""
    records: dict[str, list[dict[str, Any]]]
    """Every table as JSON."""
    terminal: str

    def page_table(self, heading: str) -> Table:
        return next(rows for title, rows in self.page_tables if title == heading)

    def markdown_rows(self, heads: str) -> Table:
        """The rows of every table of the Markdown with these heads."""
        found: Table = []
        for block in self.markdown.split("\n\n"):
            lines = block.splitlines()
            if lines and lines[0] == heads:
                found += [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[2:]]
        return found


def plain(text: str) -> str:
    """Spaces of one kind, one at a time, and none before a unit of percent."""
    spaced = " ".join(text.replace("\u2009", " ").replace("\u202f", " ").replace("\u00a0", " ").split())
    return spaced.replace(" %", "%")


@pytest.fixture(scope="module")
def formats(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Formats]:
    address = f"sqlite:///{tmp_path_factory.mktemp('formats') / 'store.db'}"
    store = open_store(address)
    install_demo_pair(store)
    with store.reader() as session:
        report = read_report(session, 1)
    with TestClient(create_app(Settings(), store)) as client:
        page = PageReader(client.get("/runs/1").text)
        texts = {table.name: client.get(f"/runs/1/{table.name}.csv").text for table in report_tables()}
        yield Formats(
            report=report,
            page=plain("".join(page.words)),
            page_tables=page.tables,
            markdown=re.sub(r"\\(.)", r"\1", client.get("/runs/1/report.md").text),
            tree=json.loads(client.get("/runs/1/report.json").text),
            files={
                name: list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
                for name, text in texts.items()
            },
            records={table.name: client.get(f"/runs/1/{table.name}.json").json() for table in report_tables()},
            terminal=CliRunner().invoke(tekhne, ["report", "1"], env={"TEKHNE_DB": address}).stdout,
        )
    store.close()


def test_the_headline_is_one_sentence_everywhere(formats: Formats) -> None:
    said = formats.report.verdict
    assert said in formats.page
    assert f"**{said}**" in formats.markdown
    assert formats.tree["verdict"] == said
    assert re.sub(r"\\(.)", r"\1", formats.terminal) == formats.markdown


def test_every_number_of_the_headline_is_in_the_csv(formats: Formats) -> None:
    duel = formats.files["equal_samples"][0]
    told = (
        f"{duel['arm']} fixed {duel['fixed_by_critic']} of {duel['failures']} failures; resampling with as many tries "
        f"fixed {float(duel['fixed_by_resampling']):.0f} ({duel['critic_tokens']} new tokens against "
        f"{duel['resampling_tokens']})"
    )
    assert told in formats.report.verdict
    effects = {row["origin"]: row for row in formats.files["origin_effects"] if row["arm"] == duel["arm"]}
    for origin, words in (("seen", "on 64 seen problems "), ("unseen", "on 44 unseen problems ")):
        assert words + in_points(effects[origin]) in formats.report.verdict
    assert f"differ by {in_points(effects['interaction'])}" in formats.report.verdict


def in_points(row: dict[str, str]) -> str:
    """A difference of a CSV file in the one form, without what stands together with it."""
    value, low, high = (f"{round(100 * float(row[name]), 1) + 0.0:+.1f}".replace("-", "−") for name in
                        ("value", "low", "high"))  # fmt: skip
    return f"{value} pp (95% CI {low} to {high}"


def test_every_difference_has_one_form_on_page_and_in_markdown(formats: Formats) -> None:
    found = list(differences(formats.report))
    assert len(found) > 8
    for what, one in found:
        words = plain(difference(one))
        assert words in plain(formats.markdown), what
        assert words in formats.page, what


def differences(report: Report) -> Iterator[tuple[str, Estimated]]:
    for pair in report.pairs:
        yield f"{pair.left} → {pair.right}", pair.difference
    for duel in report.duels:
        yield f"{duel.arm} with as many tries", duel.equal_samples.difference
        yield f"{duel.arm} with as many tokens", duel.equal_tokens.difference
    for gap in report.gaps:
        yield f"{gap.arm} seen − unseen", gap.difference
    for repair in report.repairs:
        yield f"{repair.arm} changes the gap", repair.gap_change
    for one in report.controls:
        yield f"{one.critic} − {one.rival}", one.difference


def test_every_test_is_named_with_one_p_value(formats: Formats) -> None:
    tested = [(duel.equal_samples, duel.equal_tokens) for duel in formats.report.duels]
    for both in tested:
        for one in both:
            words = p_value(one.p_value, one.evidence.looks)
            assert words in formats.page
            assert f"{words} over" in formats.markdown
    for row, duel in zip(formats.files["equal_samples"], formats.report.duels, strict=True):
        assert float(row["p_value"]) == pytest.approx(duel.equal_samples.p_value, rel=DIGITS)
    for row, duel in zip(formats.files["token_budget"], formats.report.duels, strict=True):
        assert float(row["p_value"]) == pytest.approx(duel.equal_tokens.p_value, rel=DIGITS)
        assert in_points(row) in difference(duel.equal_tokens.difference)
        assert row["tokens"] == str(duel.equal_tokens.budget)


def test_every_rate_is_the_same_by_arm_and_k(formats: Formats) -> None:
    by_row = {(row["arm"], row["statistic"], row["k"]): row for row in formats.files["pass_at_k"]}
    told = formats.markdown_rows("| Arm | Statistic | k | Value | 95% CI | Problems | Left out |")
    shown = {row[0]: row[1:] for row in formats.page_table("Arms")}
    assert len(told) == len(by_row) > 15
    arms = [arm.name for arm in formats.report.arms]
    for (arm, statistic, k), row in by_row.items():
        value, low, high = (percent(float(row[name])) for name in ("value", "low", "high"))
        (cells,) = [
            cells for cells in told if (cells[0], cells[2], kind_of(cells[1])) == (arm, k, kind_of(statistic))
        ]
        assert cells[3:6] == [value, f"{low} to {high}", row["problems"]]
        on_page = shown[f"{kind_of(statistic)}{k}"][arms.index(arm)]
        assert plain(on_page).startswith(f"{value} {low[:-1]}–{high[:-1]}"), (arm, statistic, k)


def kind_of(statistic: str) -> str:
    """How the page begins the name of a statistic, whichever way a file writes it."""
    if statistic.startswith("best"):
        return "best of "
    return "pass^" if "^" in statistic or statistic.startswith("all") else "pass@"


def test_every_count_of_an_arm_is_the_same(formats: Formats) -> None:
    told = formats.markdown_rows("| Arm | Problems | Solved | Scored | Passed | Unscored | Flaky | New tokens |")
    shown = {row[0]: [re.findall(r"\d+", cell.replace("\u2009", "")) for cell in row[1:]]
             for row in formats.page_table("Arms")}  # fmt: skip
    for place, (cells, arm) in enumerate(zip(told, formats.report.arms, strict=True)):
        name, problems, solved, scored, passed, unscored, flaky, tokens = cells
        assert name == arm.name
        assert shown["problems solved"][place] == [solved, problems]
        assert shown["samples passed"][place] == [passed, scored]
        assert [shown[row][place][0] for row in ("unscored", "flaky", "new tokens")] == [unscored, flaky, tokens]
        rows = [row for row in formats.files["attempts"] if row["arm"] == name]
        assert sum(row["verdict"] == "passed" for row in rows) == int(passed)
        assert sum(int(row["new_tokens"]) for row in rows) == int(tokens)
        assert formats.tree["arms"][place]["new_tokens"] == int(tokens)


def test_seen_and_unseen_rates_are_the_same(formats: Formats) -> None:
    by_row = {(row["arm"], row["statistic"]): row for row in formats.files["origins"]}
    told = formats.markdown_rows("| Arm | Seen in training | Unseen | Seen − unseen | Missing |")
    shown = formats.page_table("Seen and unseen")[1:]
    rates = {arm.name: arm.rate_name.replace("@k", "@1") for arm in formats.report.arms}
    assert len(told) >= len(shown) == len(rates)
    for cells, on_page in zip(told, shown, strict=False):
        arm = next(name for name in rates if cells[0].startswith(name))
        assert on_page[0] == f"{arm}{rates[arm]}"
        for statistic, cell, seen in zip(("seen", "unseen"), cells[1:3], on_page[1:3], strict=True):
            row = by_row[arm, statistic]
            assert cell == percent(float(row["value"]))
            low, high = (f"{100 * float(row[name]):.1f}" for name in ("low", "high"))
            assert plain(seen) == f"{cell} {low}–{high}"
        assert in_points(by_row[arm, "gap"]) in plain(on_page[3])
        assert in_points(by_row[arm, "gap"]) in cells[3]


def test_repairs_are_counted_alike(formats: Formats) -> None:
    for repair in formats.report.repairs:
        done = repair.repairs
        rate = done.rate
        assert isinstance(rate, Estimate)
        said = f"Repaired {done.repaired} of {done.failures} failures ({percent(rate.value)}, {between(rate.interval)}"
        assert said in formats.markdown
        assert f"{done.repaired} of {done.failures} failures repaired ({percent(rate.value)}" in formats.page
        rows = [
            row for row in formats.files["repair_rates"] if (row["arm"], row["group"]) == (repair.arm, "class")
        ]
        assert sum(int(row["repaired"]) for row in rows) == done.repaired
        moves = [row for row in formats.files["transitions"] if row["arm"] == repair.arm]
        told = formats.markdown_rows("| Verdict of the draft | Final verdict | Samples |")
        assert all([row["draft"], row["final"], row["samples"]] in told for row in moves)
        steps = formats.markdown_rows("| Arm | Step | Samples scored | Fail → pass | Pass → fail |")
        for row in (row for row in formats.files["attribution"] if row["arm"] == repair.arm):
            step = f"{row['before']} → {row['after']}"
            assert [repair.arm, step, row["scored"], row["to_pass"], row["to_fail"]] in steps


def test_flips_are_counted_alike(formats: Formats) -> None:
    for pair in formats.report.pairs:
        rows = [row for row in formats.files["flips"] if row["right"] == pair.right]
        for move in ("fixed", "broken", "both", "neither"):
            assert sum(row["move"] == move for row in rows) == getattr(pair.problems, move)
        assert pair.in_words in formats.page
        assert pair.in_words in formats.markdown


@pytest.mark.parametrize("table", [one for one in report_tables() if one.section is Section.GENERIC],
                         ids=lambda one: one.name)  # fmt: skip
def test_a_table_of_the_page_has_the_numbers_of_its_file(table: ReportTable, formats: Formats) -> None:
    rows = formats.files[table.name]
    records = formats.records[table.name]
    assert len(rows) == len(records)
    if not rows:
        return
    shown = formats.page_table(table.title)
    assert [cell.replace(" ", "_") for cell in shown[0]] == list(rows[0])
    for cells, row, record in zip(shown[1:], rows, records, strict=False):
        for cell, text, value in zip(cells, row.values(), record.values(), strict=True):
            assert same(cell, text, value), (table.name, cell, text, value)


def same(cell: str, text: str, value: Any) -> bool:
    """Whether a cell of the page, of the CSV file and of the JSON file are one value."""
    if value is None or value == "":
        return (cell, text) == ("–", "")
    if isinstance(value, bool):
        return (cell, text) == ("yes" if value else "no", "true" if value else "false")
    if isinstance(value, str):
        return plain(cell) == plain(value) == plain(text.removeprefix("'"))
    number = float(plain(cell).replace(" ", ""))
    return float(text) == pytest.approx(value, rel=DIGITS) and number == pytest.approx(value, rel=6e-4)

"""JSON and Markdown forms of a report: complete, and safe against names."""

import json

from app.reports.build import build_report
from app.reports.compare import compare
from app.reports.markdown import comparison_markdown, report_markdown
from app.reports.markdown_parts import escape
from app.reports.report import Report, as_dict, as_json
from models.enums import Origin
from tests.app.reports.arms import arm
from tests.app.reports.runs import settings_of

DRAFTS = ["PA", "AA", "AE", "FA"]
ORIGINS = [Origin.SEEN, Origin.SEEN, Origin.UNSEEN, Origin.UNSEEN]


def report(name: str = "a run") -> Report:
    return build_report(
        settings_of(name=name),
        [
            arm("base", DRAFTS, raw=DRAFTS, example=DRAFTS, origins=ORIGINS),
            arm("critic", ["PP", "AA", "PE", "FA"], drafts=DRAFTS, origins=ORIGINS),
            arm("resample", ["PA", "PA", "AE", "FA"], drafts=DRAFTS, origins=ORIGINS),
        ],
    )


def test_the_json_holds_the_whole_tree_with_values_for_enums() -> None:
    found = json.loads(as_json(report()))
    assert (found["format"], found["kind"]) == (2, "report")
    assert set(found) - {"format", "kind"} == set(Report.__dataclass_fields__)
    assert found["arms"][0]["kind"] == "base"
    assert found["arms"][0]["pass_at_k"][0]["estimate"]["interval"]["kind"] == "beta_binomial"
    assert found["pairs"][0]["ledger"][0]["move"] == "both"
    assert found["duels"][0]["equal_samples"]["convincing"] is False


def test_a_missing_number_is_a_reason_in_json_and_never_a_number() -> None:
    found = as_dict(build_report(settings_of(), [arm("base", ["E"])]))
    assert found["arms"][0]["pass_at_k"][0]["estimate"] == {"not_estimable": "no sample has been scored"}


def test_a_comparison_is_json_too() -> None:
    side = (settings_of(), arm("base", ["P"]))
    found = json.loads(as_json(compare(side, side)))
    assert (found["kind"], found["result"]["p_value"]) == ("comparison", 1.0)


def test_the_markdown_leads_with_the_verdict_and_holds_every_section() -> None:
    text = report_markdown(report())
    lines = text.splitlines()
    assert lines[0] == "# a run (run 1)"
    assert lines[2].startswith("**This rests on 2 seen and 2 unseen problems.")
    for title in ("Arms", "pass@k", "Pass count by step: raw → goimports → critic", "base → critic",
                  "critic vs. resampling", "Repair by critic", "Seen vs. unseen problems",
                  "Flaky: 3 problems"):  # fmt: skip
        assert f"## {title}" in lines, title


def test_every_table_of_the_markdown_has_as_many_cells_in_each_row() -> None:
    blocks = report_markdown(report("a | b")).split("\n\n")
    tables = [block.splitlines() for block in blocks if block.startswith("|")]
    assert len(tables) >= 8
    for table in tables:
        assert len({line.replace(r"\|", "").count("|") for line in table}) == 1, table[0]


def test_a_name_cannot_write_markup() -> None:
    assert escape("a|b <script>\n# *x*") == r"a\|b \<script\> # \*x\*"
    text = report_markdown(report("<img src=x>\n## fake"))
    assert text.startswith(r"# \<img src=x\> ## fake (run 1)")


def test_a_comparison_lists_what_moved() -> None:
    left, right = arm("base", ["A", "P"]), arm("critic", ["P", "A"], drafts=["A", "P"])
    text = comparison_markdown(compare((settings_of(), left), (settings_of(id=2, name="later"), right)))
    assert text.startswith("# a run (run 1), base → later (run 2), critic")
    assert "| T/0 | fixed | 0/1 | 1/1 |" in text
    assert "| T/1 | broken | 1/1 | 0/1 |" in text


def test_an_empty_report_is_a_short_document() -> None:
    text = report_markdown(build_report(settings_of(), []))
    assert "**This run has no results yet, so nothing can be said.**" in text
    assert "nan" not in text

"""What an investigation's report says of each kind of result, and where its numbers lead; no page is drawn."""

from sqlalchemy import select

from app.actions.investigations import put_investigation
from app.investigation_reports import read_investigation
from app.queries.investigations import find_investigation_view
from app.reports.investigation import InvestigationReport, StepSection
from app.reports.investigation_markdown import investigation_markdown
from app.web.rendering.investigation import file_href, file_html, page_href
from models import Checkpoint, InvestigationStep, MemoryCard, Run, Store
from models.arm_kinds import ArmKind
from models.enums import CheckpointKind, JobState
from models.step_kinds import StepResult
from tests.memory_rows import put_card
from tests.store_factory import Chances, StoreFactory

RECIPE = """\
base = "any"
critic = "any"
[sets]
own = "any"
[steps.x_ray]
[steps.memory]
[steps.lessons]
kind = "collect"
[steps.new]
kind = "generate"
[steps.forgetting]
after = "other"
"""
ARMS = (ArmKind.BASE, ArmKind.CRITIC, ArmKind.NO_TRACE, ArmKind.SHUFFLED_TRACE, ArmKind.RESAMPLE)


def filled(store: Store) -> InvestigationReport:
    factory = StoreFactory(store)
    version = factory.problem_set(problems=12)
    chances = Chances(draft_passes=0.4, critic_fixes=0.5)
    x_ray = factory.run(version, samples=2, arms=ARMS, chances=chances)
    before = factory.run(version, samples=1, arms=(ArmKind.BASE,), chances=Chances(draft_passes=1.0))
    after = factory.run(version, samples=1, arms=(ArmKind.BASE,), chances=Chances(draft_passes=0.0))
    put_card(store, x_ray)
    put_investigation(store, "all", RECIPE)
    with store.writer() as session:
        other = Checkpoint(name="other", kind=CheckpointKind.BASE, location="o", content_hash="o")
        session.add(other)
        session.flush()
        session.get_one(Run, after).base_checkpoint_id = other.id
        card_id = session.scalars(select(MemoryCard.id)).one()
        made = {
            "x_ray": [StepResult(run_id=x_ray)],
            "memory": [StepResult(card_id=card_id)],
            "lessons": [StepResult(transcripts="store", figures={"verified": 5, "rejected": 1, "known": 2})],
            "new": [StepResult(problem_sets={"set": "tekhne-fresh"})],
            "forgetting": [StepResult(run_id=before), StepResult(run_id=after), StepResult(note="No drift here.")],
        }
        for step in session.scalars(select(InvestigationStep)):
            step.state = JobState.DONE
            step.results = [one.model_dump(mode="json") for one in made[step.name]]
    with store.reader() as session:
        return read_investigation(session, find_investigation_view(session, "all"))


def section_of(report: InvestigationReport, name: str) -> StepSection:
    return next(one for one in report.sections if one.name == name)


def test_each_kind_of_result_is_told_in_the_words_of_its_own_report(sqlite_store: Store) -> None:
    report = filled(sqlite_store)
    x_ray = section_of(report, "x_ray")
    assert "critic" in x_ray.sentences[0]
    assert x_ray.sheets[0].title == "Arms that differ in one thing"
    assert section_of(report, "memory").sentences[0].startswith("demo-base on tekhne-fresh: ")
    [lessons] = section_of(report, "lessons").sentences
    assert lessons == "5 verified lessons came of it; the ruler rejected 1, and 2 attempts had been taught before."
    assert section_of(report, "new").notes == ("It made tekhne-fresh (12 problems).",)
    forgetting = section_of(report, "forgetting")
    [map_] = [one for one in forgetting.problems if one.title == "Problems × checkpoints on tekhne-fresh"]
    assert {row[1].text for row in map_.rows} >= {"1→0"}
    assert "No drift here." in forgetting.notes
    assert report.in_short == "All 5 steps are done."


def test_every_number_of_the_file_leads_to_a_place_in_it_and_of_the_page_to_an_address(
    sqlite_store: Store,
) -> None:
    report = filled(sqlite_store)
    html, text = file_html(report), investigation_markdown(report)
    sheets = [one for section in report.sections for one in (*section.sheets, *section.problems)]
    linked = [
        cell for sheet in sheets for row in sheet.rows for cell in row if cell.run_id is not None or cell.anchor
    ]
    assert len(linked) > 50
    for cell in linked:
        target = file_href(cell)
        assert not target or f'id="{target[1:]}"' in html, cell
        if cell.text != "–":
            assert page_href(cell).startswith(("/runs/", "#"))
    assert all(f"### {sheet.title}" in text.replace("\\", "") for sheet in sheets if sheet.rows)


def test_a_deleted_run_leaves_a_note(sqlite_store: Store) -> None:
    filled(sqlite_store)
    with sqlite_store.writer() as session:
        for step in session.scalars(select(InvestigationStep).filter_by(name="x_ray")):
            step.results = [StepResult(run_id=999).model_dump(mode="json")]
    with sqlite_store.reader() as session:
        report = read_investigation(session, find_investigation_view(session, "all"))
    assert section_of(report, "x_ray").notes == ("Run 999 was deleted.",)

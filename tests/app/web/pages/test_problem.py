"""The work bench of one problem over HTTP."""

import csv
import io
import re

import pytest
from sqlalchemy import delete, select, update

from models import Arm, Attempt, Job, Problem, Reflection, Revision, Run, RunProblem, RunProblemCount, Trace
from models.arm_kinds import ArmKind
from models.enums import RunState, Stage, Verdict
from tests.app.web.pages.conftest import Served
from tests.store_factory import Chances

HOSTILE = "</pre><script>alert(1)</script><img src=x onerror=alert(2)>\"'\u202e"


def _bench(served: Served, number: int, query: str = "", status: int = 200) -> str:
    return served.text(f"/runs/{served.run_id}/problems/tekhne-fresh/{number}{query}", status)


def test_it_shows_statement_tests_diff_reflection_and_both_verdicts(served: Served) -> None:
    with served.store.reader() as session:
        fixed = session.scalars(
            select(Revision)
            .join(Attempt, Revision.attempt_id == Attempt.id)
            .where(
                Attempt.verdict == Verdict.TYPE,
                Revision.verdict == Verdict.PASSED,
                Revision.reflection_id.is_not(None),
            )
        ).first()
        assert fixed is not None
        assert fixed.reflection is not None
        task, words, sample = fixed.problem.task_id, fixed.reflection.text, fixed.sample
        message = fixed.attempt.trace.message if fixed.attempt.trace else ""
    text = served.text(f"/runs/{served.run_id}/problems/{task}?arm=critic&sample={sample}")
    for part in (
        "Prompt",
        "hidden",
        "example",
        ">raw</th>",
        "hidden tests",
        words,
        message,
        "type error",
        "passed",
    ):
        assert part in text
    assert re.search(r'class="ln left[^"]* noted" id="A\d+"', text)
    assert 'class="ln right add"' in text


FAILED_TESTS = """--- FAIL: TestInitials (0.00s)
    candidate_test.go:9:\x20
        \tError Trace:\tcandidate_test.go:9
        \tError:      \tNot equal:\x20
        \t            \texpected: "AB"
        \t            \tactual  : "ab"
        \tTest:       \tTestInitials
FAIL"""


def _say(served: Served, verdict: Verdict, stage: Stage, message: str, **more: object) -> str:
    """The page of the draft that got this trace."""
    with served.store.writer() as session:
        row = session.scalars(select(Attempt).where(Attempt.trace_id.is_not(None))).first()
        assert row is not None
        said = {"verdict": verdict, "stage": stage, "message": message, **more}
        session.execute(update(Trace).where(Trace.id == row.trace_id).values(said))
        row.verdict = verdict
        where = (row.problem.task_id, row.arm_id, row.sample)
        row.problem.test_setup, row.problem.hidden_tests = (
            "package main\n\n",
            ("\nfunc TestInitials(t *testing.T) {\n" + "\n" * 4 + '\tassert.Equal(t, "AB", Initials("a b"))\n}\n'),
        )
        arm = session.get_one(Arm, where[1]).name
    return served.text(f"/runs/{served.run_id}/problems/{where[0]}?arm={arm}&sample={where[2]}")


def test_a_failed_assertion_shows_its_call_what_was_got_and_what_was_wanted(served: Served) -> None:
    named = ["TestInitials", "TestOther", "TestLast"]
    text = _say(
        served, Verdict.ASSERTION, Stage.RUN, FAILED_TESTS, line=None, tests_named=named, tests_completed=named[:2]
    )
    assert "TestInitials, line 9: got &#34;ab&#34;, want &#34;AB&#34;" in text, "above the code"
    call = re.search(r'<pre class="call"[^>]*>(.*?)</pre>', text, re.DOTALL)
    assert call is not None
    assert "Initials(" in call[1]
    assert re.search(r'<th scope="row">got</th><td><code>.*?ab', text)
    assert re.search(r'<th scope="row">want</th><td><code>.*?AB', text)
    assert 'href="#T9"' in text
    assert re.search(r'id="T9">.*Initials', text), "the line that the message names"
    assert "1 of 3 tests passed" in text
    outcomes = dict(re.findall(r'<span class="mono">(Test\w+)</span> <span class="muted">([^<]+)</span>', text))
    assert outcomes == {"TestInitials": "failed", "TestOther": "passed", "TestLast": "did not complete"}


def test_tests_that_skip_themselves_have_not_passed(served: Served) -> None:
    named = ["TestLater"]
    said = "Every test skipped itself."
    text = _say(served, Verdict.VACUOUS, Stage.RUN, said, line=None, tests_named=named, tests_completed=named)
    assert re.findall(r'<span class="mono">(Test\w+)</span> <span class="muted">([^<]+)</span>', text) == [
        ("TestLater", "completed")
    ]


def test_the_mark_stands_at_the_message_that_decided_the_verdict(served: Served) -> None:
    message = (
        "candidate.go:1:1: undefined: x\ncandidate.go:2:3: newline in string\n"
        'candidate_test.go:5:2: "testing" imported and not used'
    )
    text = _say(served, Verdict.SYNTAX, Stage.PARSE, message, line=1, column=1)
    assert re.search(r'class="ln left[^"]* noted" id="A2"', text)
    assert not re.search(r'class="ln left[^"]* noted" id="A1"', text)
    assert re.search(r'class="message decided"[^>]*>newline in string</pre>', text)
    assert "2 other messages of the compiler" in text
    assert "the tests’ line 5" in text


def test_a_draft_that_passed_under_the_gate_says_why_it_has_no_revision(served: Served) -> None:
    run_id = served.factory.run(served.version_id, samples=1, chances=Chances(draft_passes=1.0, unscored=0.0))
    text = served.text(f"/runs/{run_id}/problems/tekhne-fresh/0")
    assert "it was not repaired: this run is gated" in text
    assert "Draft and revision" not in text


def test_imports_that_were_fixed_are_shown_above_the_code(served: Served) -> None:
    with served.store.reader() as session:
        row = session.scalars(select(Attempt).where(Attempt.verdict_raw == Verdict.IMPORT)).first()
        assert row is not None
        task, arm, sample = row.problem.task_id, "base", row.sample
    text = served.text(f"/runs/{served.run_id}/problems/{task}?arm={arm}&sample={sample}")
    assert "Imports changed by goimports in the draft" in text


def test_a_sample_without_a_result_yet_says_so(served: Served) -> None:
    run_id = served.factory.run(served.version_id, samples=1, state=RunState.RUNNING)
    text = served.text(f"/runs/{run_id}/problems/tekhne-fresh/59")
    assert "has not been drafted yet" in text


def test_samples_are_tabs_with_their_own_addresses(served: Served) -> None:
    text = _bench(served, 3, "?arm=resample&sample=1")
    assert len(re.findall(r'aria-label="sample \d: ', text)) == 3
    assert re.search(r'aria-label="sample 1: [^"]+" aria-current="page"', text)
    assert 'data-key="sample-previous"' in text
    assert 'data-key="sample-next"' in text


def test_resampling_writes_a_new_draft_and_a_critic_a_revision(served: Served) -> None:
    with served.store.reader() as session:
        row = session.scalars(select(Revision).join(Arm).where(Arm.kind == ArmKind.RESAMPLE)).first()
        assert row is not None
        address = f"/runs/{served.run_id}/problems/{session.get_one(Problem, row.problem_id).task_id}"
    resampled = served.text(f"{address}?arm=resample&sample={row.sample}")
    assert "Draft and new draft" in resampled
    assert ">revision" not in resampled
    assert "Draft and revision" in served.text(f"{address}?arm=critic&sample={row.sample}")


def test_the_history_lists_reruns_of_this_problem_only(served: Served) -> None:
    rerun_id = served.factory.rerun(served.run_id, 4)
    text = _bench(served, 3)
    assert f"/runs/{rerun_id}/problems/tekhne-fresh/3" in text
    assert "No re-runs of this problem yet" in _bench(served, 4)
    assert "Draft and revision" in served.text(f"/runs/{rerun_id}/problems/tekhne-fresh/3")


def test_the_form_shows_the_words_that_the_runs_critic_was_shown(served: Served) -> None:
    with served.store.writer() as session:
        lesson = session.scalars(select(Reflection).join(Arm).where(Arm.kind == ArmKind.CRITIC)).first()
        assert lesson is not None
        lesson.shown_trace = "assertion at run: as the critic read it"
        where = (lesson.run_id, lesson.problem_id, lesson.sample)
        task = session.get_one(Problem, lesson.problem_id).task_id
    text = served.text(f"/runs/{where[0]}/problems/{task}?arm=base&sample={where[2]}")
    assert text.count("assertion at run: as the critic read it") == 2, "the field, and what it is compared with"


def test_a_hostile_program_trace_and_name_stay_text(served: Served) -> None:
    with served.store.writer() as session:
        session.execute(update(Attempt).values(text=HOSTILE))
        session.execute(update(Revision).values(text=HOSTILE + "\nmore"))
        session.execute(update(Trace).values(message=HOSTILE, line=1))
        session.execute(
            update(Problem).where(Problem.task_id == "tekhne-fresh/1").values(
                task_id=HOSTILE, description=HOSTILE, prompt=HOSTILE, hidden_tests=HOSTILE, entry_point=HOSTILE
            )
        )  # fmt: skip
    listed = served.text(f"/runs/{served.run_id}/problems")
    bench = served.text(f"/runs/{served.run_id}/problems/~2")
    for text in (listed, bench):
        assert "<script>alert" not in text
        assert "<img" not in text
        # A form that sends the trace on must hold it as it is.
        assert "\u202e" not in re.sub(r"<textarea.*?</textarea>", "", text, flags=re.DOTALL)
    assert "⟨U+202E⟩" in bench


def test_two_problems_of_one_name_are_both_reached(served: Served) -> None:
    with served.store.writer() as session:
        session.execute(
            update(Problem).where(Problem.task_id == "tekhne-fresh/1").values(task_id="tekhne-fresh/0")
        )
    listed = served.text(f"/runs/{served.run_id}/problems")
    assert "/problems/~1" in listed
    assert "InitialsOf" in served.text(f"/runs/{served.run_id}/problems/~2")


@pytest.mark.parametrize("task", ["nope", "~999999", "~x", "%00"])
def test_a_problem_that_the_run_lacks_is_not_found(served: Served, task: str) -> None:
    assert "has no problem" in served.text(f"/runs/{served.run_id}/problems/{task}", status=404)


def test_the_raw_text_is_what_the_model_wrote(served: Served) -> None:
    with served.store.reader() as session:
        attempt, revision = session.get_one(Attempt, 1), session.get_one(Revision, 1)
    for kind, row in (("attempt", attempt), ("revision", revision)):
        answer = served.client.get(f"/programs/{kind}/1.go")
        assert answer.text == row.text
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    served.text("/programs/attempt/999999.go", status=404)
    served.text("/programs/bogus/1.go", status=404)


def test_an_interrupted_rerun_names_its_samples_by_their_own_numbers(served: Served) -> None:
    """Cancelled after samples 2 and 4 were judged: the strip's two marks are theirs, and both can be opened."""
    run_id = served.factory.rerun(served.run_id, 1, drafts=2)
    with served.store.writer() as session:
        rows = session.scalars(
            select(Revision).where(Revision.run_id == run_id).order_by(Revision.sample.desc())
        ).all()
        for row, number in zip(rows, (4, 2), strict=True):
            row.sample = number
            session.flush()
        task = rows[0].problem.task_id
    text = served.text(f"/runs/{run_id}/problems/{task}")
    assert re.findall(r'aria-label="sample (\d+):', text) == ["2", "4"]
    assert "has not been drafted" not in text
    assert "Draft and revision" in served.text(f"/runs/{run_id}/problems/{task}?sample=4")


def test_a_rerun_leads_back_to_its_problem_and_shows_what_was_edited(served: Served) -> None:
    run_id = served.factory.rerun(served.run_id, 1)
    with served.store.writer() as session:
        arm = session.scalars(select(Arm).where(Arm.run_id == run_id)).one()
        arm.settings = {"temperature": 0.3, "edited_trace": "", "edited_prompt": "// Say it in one line."}
    own = served.text(f"/runs/{run_id}/problems/tekhne-fresh/0")
    assert f'href="/runs/{served.run_id}/problems/tekhne-fresh/0"' in own
    assert "Say it in one line." in own
    assert f'href="/runs/{served.run_id}">critic against resampling</a>' in own
    led = served.client.get(f"/runs/{run_id}")
    assert (led.status_code, led.headers["location"]) == (303, f"/runs/{run_id}/problems/tekhne-fresh/0")
    assert "temperature 0.3, seed 0, edited trace, edited prompt" in _bench(served, 0)


@pytest.mark.parametrize("state", [RunState.QUEUED, RunState.FAILED, RunState.CANCELLED])
def test_a_rerun_without_results_stands_in_the_history_too(served: Served, state: RunState) -> None:
    run_id = served.factory.rerun(served.run_id, 1)
    with served.store.writer() as session:
        session.execute(delete(RunProblemCount).where(RunProblemCount.run_id == run_id))
        session.get_one(Run, run_id).state = state
    assert f'class="state {state}"' in _bench(served, 0)


def test_what_was_left_out_of_an_answer_is_listed_beside_its_program_and_opens(served: Served) -> None:
    answer = f"<think>\n{HOSTILE}\n</think>\nfunc F() {{}}\n<|im_end|>"
    thought, token = answer.index("func") - 1, answer.index("<|im_end|>")
    dropped = [["thought", 0, thought], ["special token", token, len(answer)]]
    with served.store.writer() as session:
        session.execute(update(Attempt).values(text=answer, dropped=dropped))
        session.execute(update(Revision).values(text=answer, dropped=dropped[1:]))
    text = _bench(served, 1, "?arm=critic")
    shown = text[text.index('class="left-out"') :].split("</section>")[0]
    assert shown.index("Left out of the draft’s answer") < shown.index("Left out of the revision’s answer")
    assert re.findall(r"<li><details><summary>(.*?) <span", shown) == ["thought", "special token", "special token"]
    assert re.findall(r"line (\d+)", shown) == ["1", "5", "5"]
    assert "&lt;|im_end|&gt;" in shown
    assert "alert(1)" in shown
    assert "<script>alert" not in text


def test_what_was_left_out_is_a_field_of_the_api_and_a_column_of_the_csv(served: Served) -> None:
    with served.store.writer() as session:
        session.execute(update(Attempt).values(text="Hm.\nfunc F() {}", dropped=[["text", 0, 3]]))
        session.execute(update(Revision).values(dropped=[["test", 0, 1], ["test", 1, 2], ["text", 2, 3]]))
    read = served.client.get(f"/api/v1/runs/{served.run_id}/problems/1?arm=base").json()
    assert read["draft"]["dropped"] == [{"what": "text", "line": 1, "text": "Hm."}]
    rows = list(csv.DictReader(io.StringIO(served.text(f"/runs/{served.run_id}/attempts.csv"))))
    assert {row["left_out"] for row in rows if row["arm"] == "base"} == {"text"}
    assert {row["left_out"] for row in rows if row["arm"] == "critic" and row["rounds"] == "1"} == {"test; text"}


def test_original_and_twin_stand_beside_each_other_and_lead_to_each_other(served: Served) -> None:
    with served.store.writer() as session:
        first, second = session.scalars(select(Problem).order_by(Problem.id).limit(2))
        second.twin_of = first.text_hash
        original, twin = first.task_id, second.task_id
    text = served.text(f"/runs/{served.run_id}/problems/{original}?arm=base&sample=0")
    assert "Its twin is" in text
    assert f"/runs/{served.run_id}/problems/{twin}?" in text
    assert "Prompts of original and twin" in text
    assert "Programs of base, sample 0" in text
    text = served.text(f"/runs/{served.run_id}/problems/{twin}?arm=base&sample=0")
    assert "This is the twin of" in text
    assert f"/runs/{served.run_id}/problems/{original}?" in text
    listed = served.text(f"/runs/{served.run_id}/problems")
    assert f">{twin}</a>" not in listed
    assert "59 problems" in listed
    assert f">{twin}</a>" in served.text(f"/runs/{served.run_id}/problems?state=twin")


def _long(served: Served, text: str) -> str:
    """The address of a draft of this text, which has no revision."""
    with served.store.writer() as session:
        row = session.scalars(select(Attempt)).first()
        assert row is not None
        row.text = text
        arm = session.get_one(Arm, row.arm_id).name
        return f"/runs/{served.run_id}/problems/{row.problem.task_id}?arm={arm}&sample={row.sample}"


def test_a_long_program_is_folded_until_the_whole_is_asked_for(served: Served) -> None:
    address = _long(served, "\n".join(f"line{i}()" for i in range(400)))
    text = served.text(address)
    assert '<details class="fold"><summary>' in text
    assert len(re.findall(r' id="A\d+"', text)) == 400, "folded, never cut"
    whole = re.search(r'href="([^"]+)" data-key="fold">whole programs', text)
    assert whole is not None
    text = served.text(whole[1].replace("&amp;", "&"))
    assert '<details class="fold">' not in text
    assert 'aria-current="true" data-key="fold"' in text


def test_a_rerun_is_a_row_of_the_strip_that_the_diff_switches_to(served: Served) -> None:
    rerun_id = served.factory.rerun(served.run_id, 4)
    with served.store.writer() as session:
        revision = session.scalars(select(Revision).where(Revision.run_id == rerun_id)).one()
        revision.text, revision.verdict = "func RunAgain() {}\n", Verdict.PASSED
        arm = session.scalars(select(Arm).where(Arm.run_id == rerun_id)).one()
        arm.settings = {"attempt_id": revision.attempt_id, "edited_trace": "another trace"}
    assert "RunAgain" not in _bench(served, 3)
    text = _bench(served, 3, f"?rerun={rerun_id}")
    row = text[text.index("sample-row shown") :].split("</div>")[0]
    for part in ("re-run 1", "edited trace", "of sample 0"):
        assert part in row
    assert "RunAgain" in text
    assert "Draft and re-run 1" in text
    assert "re-run 1 by demo-critic" in text


def test_a_rerun_is_compared_with_the_published_revision(served: Served) -> None:
    with served.store.writer() as session:
        published = session.scalars(
            select(Revision).join(Arm).where(Revision.problem_id == 4, Arm.kind == ArmKind.CRITIC)
        ).first()
        assert published is not None
        published.text, sample = "func Published() {}\n", published.sample
    rerun_id = served.factory.rerun(served.run_id, 4)
    with served.store.writer() as session:
        arm = session.scalars(select(Arm).where(Arm.run_id == rerun_id)).one()
        arm.settings = {"attempt_id": published.attempt_id}
    against_draft = _bench(served, 3, f"?arm=critic&rerun={rerun_id}")
    assert "against=published" in against_draft
    assert "Published()" not in re.sub("<[^>]+>", "", against_draft)
    text = _bench(served, 3, f"?arm=base&sample={sample}&rerun={rerun_id}&against=published")
    assert "Published revision and re-run 1" in text
    assert "published revision by demo-critic" in text
    assert "Published()" in re.sub("<[^>]+>", "", text)


@pytest.mark.parametrize("named", ["999", "x", "1"])
def test_a_rerun_that_is_none_of_this_problem_is_not_shown(served: Served, named: str) -> None:
    assert "sample-row shown" in _bench(served, 3, f"?rerun={named}&against=published")
    assert "Draft and re-run" not in _bench(served, 3, f"?rerun={named}&against=published")


def test_the_button_stands_in_the_head_and_offers_the_next_seed(served: Served) -> None:
    assert 'name="seed" type="number" min="0" max="2147483647" value="0"' in _bench(served, 3)
    served.factory.rerun(served.run_id, 4)
    text = _bench(served, 3)
    assert text.index("Re-run critic") < text.index("</header>", text.index("<h1>"))
    assert 'name="seed" type="number" min="0" max="2147483647" value="1"' in text


@pytest.mark.parametrize("many", [False, True])
def test_a_rerun_is_followed_until_its_job_is_over_or_its_own_problem_is_counted(
    served: Served, many: bool
) -> None:
    rerun_id = served.factory.rerun(served.run_id, 4)
    with served.store.writer() as session:
        session.add(Job(id="j", kind="rerun", queue="interactive", state="running", run_id=rerun_id))
        version = session.get_one(RunProblem, (rerun_id, 4)).version_id
        if many:
            session.add(RunProblem(run_id=rerun_id, problem_id=5, version_id=version, position=1))
    text = _bench(served, 3, f"?rerun={rerun_id}")
    assert (f'hx-sse:connect="/live/reruns/{rerun_id}/4' in text) is not many
    if many:
        assert f'hx-sse:connect="/live/reruns/{rerun_id}/5' in _bench(served, 4, f"?rerun={rerun_id}")

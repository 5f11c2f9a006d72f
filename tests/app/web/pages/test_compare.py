"""Two runs beside each other: every flip leads to its problem, whatever its name."""

import re

from sqlalchemy import select, update

from models import Problem, ProblemOrigin
from models.enums import Origin, RunState
from tests.app.web.pages.conftest import Served


def test_every_flip_opens_its_problem_even_where_the_name_would_bend_on_the_way(served: Served) -> None:
    with served.store.writer() as session:
        for number in range(1, 61):
            name = ("..", "a//b", "~7", "ü/?x#y", "a b")[number % 5]
            session.execute(update(Problem).where(Problem.id == number).values(task_id=f"{name}/{number}"))
    text = served.text(f"/compare?a={served.run_id}&b={served.run_id}&arm_a=base&arm_b=critic")
    addresses = {
        address.replace("&amp;", "&") for address in re.findall(r'href="(/runs/\d+/problems/[^"]+)"', text)
    }
    assert len(addresses) > 5
    for address in addresses:
        served.text(address)


def test_a_flip_of_a_problem_that_shares_its_name_opens_that_problem(served: Served) -> None:
    with served.store.writer() as session:
        session.execute(update(Problem).values(task_id="one/name"))
    sides = f"a={served.run_id}&b={served.run_id}&arm_a=base&arm_b=critic"
    moved = [
        flip
        for flip in served.client.get(f"/api/v1/compare?{sides}").json()["result"]["ledger"]
        if flip["left_passed"] != flip["right_passed"]
    ]
    rows = re.findall(r'class="cover" href="(/runs/\d+/problems/~\d+)', served.text(f"/compare?{sides}"))
    assert len(moved) > 2
    assert len(set(rows)) == len(moved)


def test_a_claim_is_checked_beside_the_comparison(served: Served) -> None:
    text = served.text("/compare?claim=%2B3.4+points+on+30")
    assert "+3.4 pp on 30 problems is 1 problem." in text
    assert "Evidence takes 6 problems moving one way" in text
    assert "is no claim that can be checked" in served.text("/compare?claim=better")


def test_seen_and_unseen_problems_stand_apart_on_the_page_of_a_comparison_and_of_a_run(served: Served) -> None:
    with served.store.writer() as session:
        seen = select(Problem.text_hash).where(Problem.id <= 30)
        session.execute(update(ProblemOrigin).where(ProblemOrigin.text_hash.in_(seen)).values(origin=Origin.SEEN))
    text = served.text(f"/compare?a={served.run_id}&b={served.run_id}&arm_a=resample&arm_b=critic")
    assert "This rests on 30 seen and 30 unseen problems." in text
    assert '<h2 id="by-origin">By origin</h2>' in text
    assert '<th scope="row">seen − unseen</th>' in text
    assert "With as many tokens: " in text
    run = served.text(f"/runs/{served.run_id}")
    assert "Seen, 30 problems: " in run
    assert "pass@1 after repair" in run


def sides(*pairs: tuple[int, str]) -> str:
    return "&".join(f"{x}={run}&arm_{x}={arm}" for x, (run, arm) in zip("abcdef", pairs, strict=False))


def rows_of(text: str) -> list[str]:
    return re.findall(r"<tr data-row>.*?</tr>", text, re.DOTALL)


def test_every_problem_whose_pass_count_changed_is_listed_not_only_those_that_one_side_solved(
    served: Served,
) -> None:
    chosen = sides((served.run_id, "base"), (served.run_id, "resample"))
    ledger = served.client.get(f"/api/v1/compare?{chosen}").json()["result"]["ledger"]
    changed = {one["task_id"] for one in ledger if one["left_passed"] != one["right_passed"]}
    solved_by_one = {one["task_id"] for one in ledger if one["move"] in {"fixed", "broken"}}
    assert solved_by_one < changed
    text = served.text(f"/compare?{chosen}")
    listed = set(re.findall(r'class="cover"[^>]*>([^<]+)</a>', text))
    assert listed == changed
    assert all(row.count('class="strip"') + row.count("<svg") == 2 for row in rows_of(text))


def test_a_move_is_a_filter_whose_count_the_chip_tells(served: Served) -> None:
    chosen = sides((served.run_id, "base"), (served.run_id, "critic"))
    text = served.text(f"/compare?{chosen}")
    fixed = re.search(r'▲ fixed <span class="num">(\d+)</span></a>', text)
    assert fixed is not None
    assert len(rows_of(served.text(f"/compare?{chosen}&move=fixed"))) == int(fixed[1]) > 0
    assert len(rows_of(served.text(f"/compare?{chosen}&move=bogus"))) == len(rows_of(text))


def test_each_row_leads_to_two_programs_of_which_one_passed(served: Served) -> None:
    text = served.text(f"/compare?{sides((served.run_id, 'base'), (served.run_id, 'critic'))}")
    links = re.findall(r'<a href="(/programs\?[^"]+)" hx-get="([^"]+)" hx-target="#(unfold-\d+)"', text)
    assert len(links) == len(rows_of(text)) > 3
    for there, unfold, row in links[:5]:
        assert f'<tr id="{row}" hidden>' in text
        assert unfold == f"{there}&amp;unfold={row.removeprefix('unfold-')}"
        heads = re.findall(r'class="file-head.*?</div>', served.text(there.replace("&amp;", "&")), re.DOTALL)
        assert ["passed" in head for head in heads].count(True) == 1


def test_six_runs_are_columns_of_one_table(served: Served) -> None:
    others = [served.factory.run(served.version_id, samples=3, name=f"number {n}") for n in range(4)]
    six = [(served.run_id, "base"), (served.run_id, "critic"), *((run, "base") for run in others)]
    text = served.text(f"/compare?{sides(*six)}")
    assert "Each against A: base" in text
    assert "5 comparisons are shown: p-values are corrected for that (Holm)" in text
    rows = rows_of(text)
    assert len(rows) == 50, "one page"
    assert all(row.count('class="changed-side"') == 6 for row in rows)
    after = re.search(r'rel="next" href="([^"]+)"', text)
    assert after is not None
    rest = rows_of(served.text(after[1].replace("&amp;", "&").split("#")[0]))
    total = re.search(r'Problems whose pass count changed <span class="muted num">(\d+)', text)
    assert total is not None
    assert len(rows) + len(rest) == int(total[1])
    assert 'name="f"' in text


def test_a_problem_that_a_run_does_not_have_is_said_in_its_column(served: Served) -> None:
    other = served.factory.run(served.factory.problem_set("another", problems=3), samples=3, name="another")
    text = served.text(f"/compare?{sides((served.run_id, 'base'), (served.run_id, 'critic'), (other, 'base'))}")
    assert "not in this run" in text
    queued = served.factory.run(served.version_id, samples=3, name="queued", state=RunState.QUEUED)
    text = served.text(f"/compare?{sides((served.run_id, 'base'), (served.run_id, 'critic'), (queued, 'base'))}")
    assert "not in this run" not in text

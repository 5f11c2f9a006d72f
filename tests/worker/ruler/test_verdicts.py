"""Programs whose main panics, the ruler's identity, batches, and the zones' lives."""

import os
import signal
import threading
from collections.abc import Callable
from contextlib import ExitStack

import pytest

from models.enums import Harness, Stage, Verdict
from worker.ruler import Judgement, Limits, Ruler, Submission, Tests, isolation

pytestmark = pytest.mark.go
Judge = Callable[..., Judgement]
Submit = Callable[..., Submission]
RIGHT = "\treturn 2 * n\n}\n"
MAIN = Tests(
    harness=Harness.MAIN_PANICS,
    setup="",
    source=(
        "func check(got, want int) {\n\tif got != want {\n"
        '\t\tpanic("Exception --- test case 0 failed to pass")\n\t}\n}\n\n'
        "func main() {\n\tcheck(Double(2), 4)\n}\n"
    ),
)


@pytest.mark.parametrize(
    ("completion", "verdict"),
    [
        (RIGHT, Verdict.PASSED),
        ("\treturn 5\n}\n", Verdict.ASSERTION),
        ("\tvar few []int\n\treturn few[n]\n}\n", Verdict.PANIC),
        ('\tpanic("mine")\n}\n', Verdict.PANIC),
        ("\tselect {}\n}\n", Verdict.PANIC),
        ("\tos.Exit(0)\n\treturn 4\n}\n", Verdict.VACUOUS),
        ('\tfmt.Printf("%d", "vet is not asked")\n\treturn 2 * n\n}\n', Verdict.PASSED),
        ("func Double(n int) int {\n\treturn 2 * n\n}\n\nfunc main() {}\n", Verdict.PASSED),
    ],
)
def test_programs_whose_main_panics(judge: Judge, completion: str, verdict: Verdict) -> None:
    result = judge(completion, tests=MAIN).fixed
    assert result.verdict is verdict, result.message
    assert result.tests_named == ("main",)


def test_a_batch_of_everything_gives_each_its_own_verdict(ruler: Ruler, submit: Submit) -> None:
    kinds = {
        "right": (RIGHT, Verdict.PASSED),
        "wrong": ("\treturn 5\n}\n", Verdict.ASSERTION),
        "panic": ('\tpanic("no")\n}\n', Verdict.PANIC),
        "type": ("\treturn m\n}\n", Verdict.TYPE),
        "init": (f"{RIGHT}\nfunc init() {{ println(1) }}\n", Verdict.PASSED),
        "exit": (f"{RIGHT}\nfunc init() {{ os.Exit(0) }}\n", Verdict.VACUOUS),
        "embedded": ("\treturn (outer{inner{n}}).double()\n}\n\ntype inner struct{ n int }\n\n"
                     "func (i inner) double() int { return 2 * i.n }\n\ntype outer struct{ inner }\n", Verdict.PASSED),
        "same names": ("\treturn helper(n)\n}\n\nfunc helper(n int) int { return 2 * n }\n", Verdict.PASSED),
        "same names, wrong": ("\treturn helper(n)\n}\n\nfunc helper(n int) int { return 3 * n }\n", Verdict.ASSERTION),
    }  # fmt: skip
    asked = [submit(text, key) for key, (text, _) in kinds.items()]
    got = {judgement.key: judgement.fixed.verdict for judgement in ruler.judge(asked)}
    assert got == {key: verdict for key, (_, verdict) in kinds.items()}


def test_names_in_messages_are_the_candidates_own(judge: Judge) -> None:
    code = '\tpanic(fmt.Sprintf("%T %+v", mine{n}, mine{n}))\n}\n\ntype mine struct{ n int }\n'
    message = judge(code).fixed.message
    assert "main.mine {n:2}" in message
    assert "main.Double(" in message
    assert "_tk" not in message


def test_the_identity_names_everything_and_its_digest_follows(ruler: Ruler) -> None:
    parts = ruler.fingerprint.as_dict()
    assert parts["go"].startswith("go1.")
    assert parts["xtools"].startswith("v0.")
    assert "printf" in parts["vet_policy"]
    with Ruler(limits=Limits(run_cpu_seconds=1), cores=1) as other:
        assert other.fingerprint.digest != ruler.fingerprint.digest


def test_many_threads_may_ask_at_once(ruler: Ruler, submit: Submit) -> None:
    verdicts: list[Verdict] = []
    threads = [
        threading.Thread(target=lambda: verdicts.append(ruler.judge_one(submit(RIGHT)).fixed.verdict))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert verdicts == [Verdict.PASSED] * 6


def test_a_caller_who_stops_listening_does_no_harm(ruler: Ruler, submit: Submit) -> None:
    answers = ruler.judge(submit(RIGHT, str(i)) for i in range(20))
    next(answers)
    answers.close()  # type: ignore[attr-defined]  # a generator is what judge returns
    assert ruler.judge_one(submit(RIGHT)).fixed.verdict is Verdict.PASSED


def test_a_zone_that_dies_is_replaced_and_its_candidates_are_asked_again(submit: Submit) -> None:
    with Ruler(cores=1) as ruler:
        ruler.judge_one(submit(RIGHT))
        with ruler._zones.borrowed() as zone:
            os.kill(zone.pid, signal.SIGKILL)
        assert ruler.judge_one(submit(RIGHT)).fixed.verdict is Verdict.PASSED


def test_each_zone_keeps_to_a_core_of_its_own_and_its_successor_to_the_same(submit: Submit) -> None:
    cores = os.sched_getaffinity(0)
    with Ruler() as ruler, ExitStack() as zones:
        lent = [zones.enter_context(ruler._zones.borrowed()) for _ in cores]
        assert sorted(core for zone in lent for core in os.sched_getaffinity(zone.pid)) == sorted(cores)
        os.kill(lent[0].pid, signal.SIGKILL)
        died_on = lent[0].core
        zones.close()
        list(ruler.judge(submit(RIGHT, str(i)) for i in range(16)))
        again = [zones.enter_context(ruler._zones.borrowed()) for _ in cores]
        assert sorted(core for zone in again for core in os.sched_getaffinity(zone.pid)) == sorted(cores)
        assert died_on in [zone.core for zone in again if zone not in lent]
    assert os.sched_getaffinity(0) == cores


def test_fewer_zones_than_cores_go_where_the_system_sends_them(submit: Submit) -> None:
    with Ruler(cores=len(os.sched_getaffinity(0)) + 1) as ruler, ruler._zones.borrowed() as zone:
        assert os.sched_getaffinity(zone.pid) == os.sched_getaffinity(0)


def test_a_test_file_without_tests_shows_nothing(judge: Judge) -> None:
    empty = Tests(
        harness=Harness.GO_TEST, setup='package main\n\nimport _ "testing"\n', source="func helper() {}\n"
    )
    result = judge(RIGHT, tests=empty).fixed
    assert (result.verdict, result.stage) == (Verdict.VACUOUS, Stage.CHECK)


def test_a_skipped_test_shows_nothing(judge: Judge) -> None:
    skips = Tests(
        harness=Harness.GO_TEST,
        setup='package main\n\nimport "testing"\n',
        source='func TestSkipped(t *testing.T) { t.Skip("later") }\n',
    )
    result = judge(RIGHT, tests=skips).fixed
    assert (result.verdict, result.tests_completed) == (Verdict.VACUOUS, ("TestSkipped",))


def test_isolation_is_reported_from_inside() -> None:
    report = isolation()
    assert report.usable, report
    text = " ".join(report.sentences)
    assert "No network interface is up" in text
    assert "first process: true" in text
    assert "/jail" in text


@pytest.mark.parametrize(
    "declarations",
    [
        "type box struct{ side int }\nvar none *box\nvar side = none.side",
        "var none error\nvar text = none.Error",
    ],
)
def test_a_package_variable_that_fails_does_not_fail_the_others(
    ruler: Ruler, submit: Submit, declarations: str
) -> None:
    broken = f"package main\n\n{declarations}\n\nfunc Double(n int) int {{\n{RIGHT}"
    verdicts = {one.key: one.fixed.verdict for one in ruler.judge([submit(RIGHT, "right"), submit(broken, "nil")])}
    assert verdicts == {"right": Verdict.PASSED, "nil": Verdict.PANIC}


@pytest.mark.parametrize(
    ("path", "expression", "name"),
    [
        ("fmt", 'fmt.Sprintf("%T", box{})', "main.box"),
        ("fmt", 'fmt.Sprintf("%#v", box{2})', "main.box{side:2}"),
        ("reflect", "reflect.TypeOf(box{}).Name()", "box"),
        ("encoding/xml", "encoded(xml.Marshal(box{}))", "<box></box>"),
        ("runtime", "caller(runtime.Caller(0))", "Double"),
    ],
)
def test_a_program_reads_its_own_names_as_it_wrote_them(
    judge: Judge, path: str, expression: str, name: str
) -> None:
    helpers = {
        "encoding/xml": "func encoded(text []byte, _ error) string { return string(text) }",
        "runtime": (
            "func caller(at uintptr, _ string, _ int, _ bool) string {\n"
            "\tname := runtime.FuncForPC(at).Name()\n\treturn name[len(name)-6:]\n}"
        ),
    }
    program = (
        f'package main\n\nimport "{path}"\n\ntype box struct{{ side int }}\n{helpers.get(path, "")}\n\n'
        f"func Double(n int) int {{\n\tif {expression} != `{name}` {{\n\t\treturn 0\n\t}}\n{RIGHT}"
    )
    result = judge(program).fixed
    assert result.verdict is Verdict.PASSED, result.message

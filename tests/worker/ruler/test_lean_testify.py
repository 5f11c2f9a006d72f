"""Most programs are linked with a testify that lacks its assertions about HTTP: no verdict may depend on it."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from models.enums import Verdict
from tests.worker.ruler.conftest import DOUBLE
from worker.ruler import Judgement, Ruler, Submission, Tests

pytestmark = pytest.mark.go
Judge = Callable[..., Judgement]
RIGHT, WRONG = "\treturn 2 * n\n}\n", "\treturn 5\n}\n"
TESTIFY = '"github.com/stretchr/testify/assert"'
WHOLE = "\nfunc HTTPIsInItsName() {}\n"
"""Beside a program, it is linked with the whole of testify."""


def asserting(statement: str, *imports: str) -> Tests:
    head = f"import {TESTIFY}\n" + "".join(f'import "{path}"\n' for path in imports)
    source = f"func TestDouble(t *testing.T) {{\n\tassert := assert.New(t)\n\t{statement}\n}}\n"
    return Tests(harness=DOUBLE.harness, setup=DOUBLE.setup + head, source=source)


def test_both_give_the_same_words_for_the_same_failure(judge: Judge) -> None:
    tests = asserting("assert.Equal(4, Double(2))")
    lean, whole = judge(WRONG, tests=tests).fixed, judge(WRONG + WHOLE, tests=tests).fixed
    assert lean.verdict is whole.verdict is Verdict.ASSERTION
    assert lean.message == whole.message


@pytest.mark.parametrize(
    ("statement", "imports"),
    [
        (
            'assert.HTTPSuccess(func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(200) }, "GET", "/", nil)',
            ["net/http"],
        ),
        ('_, there := reflect.TypeOf(assert).MethodByName("HTTP" + "Success"); assert.True(there)', ["reflect"]),
        (
            'answer := httptest.NewRecorder(); answer.WriteHeader(204); assert.Equal(204, answer.Code)',
            ["net/http/httptest"],
        ),
        ("assert.True(crypto.SHA512.Available())", ["crypto"]),
        (
            'var out strings.Builder; template.Must(template.New("").Parse("{{.HTTPSuccess}}"));'
            ' assert.Empty(out.String())',
            ["strings", "text/template"],
        ),
    ],
)  # fmt: skip
def test_programs_that_could_tell_the_difference_have_the_whole(
    judge: Judge, statement: str, imports: list[str]
) -> None:
    result = judge(RIGHT, tests=asserting(statement, *imports)).fixed
    assert result.verdict is Verdict.PASSED, result.message


def test_a_batch_of_both_kinds_gives_each_its_own_verdict(ruler: Ruler, submit: Callable[..., Submission]) -> None:
    asked = {
        f"{kind}-{number}": (code, verdict)
        for number in range(6)
        for kind, code, verdict in (
            ("lean", RIGHT, Verdict.PASSED),
            ("lean-wrong", WRONG, Verdict.ASSERTION),
            ("whole", RIGHT + WHOLE, Verdict.PASSED),
            ("whole-wrong", WRONG + WHOLE, Verdict.ASSERTION),
        )
    }
    tests = asserting("assert.Equal(4, Double(2))")
    batch = [replace(submit(code, key), tests=tests) for key, (code, _) in asked.items()]
    judged = {each.key: each for each in ruler.judge(batch)}
    assert {key: each.fixed.verdict for key, each in judged.items()} == {
        key: verdict for key, (_, verdict) in asked.items()
    }


def test_what_one_program_links_is_not_found_by_another_of_its_batch(
    ruler: Ruler, submit: Callable[..., Submission]
) -> None:
    finds = 'package main\n\nimport "crypto"\n\nfunc Double(n int) int {\n\tcrypto.MD5.New()\n\treturn 2 * n\n}\n'
    links = 'package main\n\nimport _ "crypto/md5"\n\nfunc Double(n int) int {\n\treturn 2 * n\n}\n'
    asked = [submit(finds, "finds"), submit(links, "links")]
    verdicts = {one.key: one.fixed.verdict for one in ruler.judge(asked)}
    assert verdicts == {"finds": Verdict.PANIC, "links": Verdict.PASSED}

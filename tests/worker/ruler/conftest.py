"""The real ruler on the real sandbox, started once for each test run, and a problem small enough to attack."""

from collections.abc import Callable, Iterator

import pytest

from models.enums import Harness
from worker.ruler import Judgement, Ruler, Submission, Tests

DOUBLE = Tests(
    harness=Harness.GO_TEST,
    setup='package main\n\nimport "testing"\n',
    source=(
        "func TestDouble(t *testing.T) {\n\tif got := Double(2); got != 4 {\n"
        '\t\tt.Fatalf("Double(2) = %d", got)\n\t}\n}\n'
    ),
)
PROMPT = "// Double returns twice n.\nfunc Double(n int) int {\n"


@pytest.fixture(scope="session")
def ruler() -> Iterator[Ruler]:
    with Ruler() as shared:
        yield shared


@pytest.fixture(scope="session")
def judge(ruler: Ruler) -> Callable[..., Judgement]:
    """Judge one completion of `Double`, with other tests if wanted."""

    def judge_double(completion: str, tests: Tests = DOUBLE, prompt: str = PROMPT, retakes: int = 0) -> Judgement:
        asked = Submission(
            key="double",
            prompt=prompt,
            declaration=prompt,
            entry_point="Double",
            completion=completion,
            tests=tests,
        )
        return ruler.judge_one(asked, retakes=retakes)

    return judge_double


@pytest.fixture(scope="session")
def attack(judge: Callable[..., Judgement]) -> Callable[..., Judgement]:
    """Judge a correct `Double` that first runs `code`; other declarations and imports may stand beside it."""

    def judge_attack(code: str, *imports: str, beside: str = "") -> Judgement:
        header = "".join(f'import "{path}"\n' for path in imports)
        body = f"func Double(n int) int {{\n{code}\n\treturn 2 * n\n}}\n"
        return judge(f"package main\n\n{header}\n{beside}\n{body}")

    return judge_attack


@pytest.fixture(scope="session")
def submit() -> Callable[..., Submission]:
    """A submission of `Double`, judged by its test."""

    def submit_double(completion: str, key: str = "double") -> Submission:
        return Submission(
            key=key, prompt=PROMPT, declaration=PROMPT, entry_point="Double", completion=completion, tests=DOUBLE
        )

    return submit_double

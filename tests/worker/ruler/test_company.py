"""A program's verdict is its own: whoever is judged beside it, in whatever order, on however busy a machine."""

from pathlib import Path

import pytest

from tests.worker.ruler.cases import read_cases
from tests.worker.ruler.company import differing, ways
from worker.ruler import Ruler

pytestmark = pytest.mark.go
EACH = 8
"""One case in so many; `python -m tests.worker.ruler.company` takes all."""


def test_verdicts_do_not_depend_on_load_or_company(ruler: Ruler) -> None:
    cases = read_cases(Path(__file__).parent / "answers.jsonl")[::EACH]
    assert differing(ways(ruler, cases)) == {}

"""The problems that the query of a problem list selects, for what is asked of all of them at once.

In: the application's state, a run and the query of a request. Out: ids of problems, in the order of the list.
"""

from collections.abc import Mapping, Sequence

from app.errors import BadRequest
from app.queries.labels import with_labelled
from app.queries.last_reruns import find_last_reruns
from app.queries.problem_filter import matching, read_filter
from app.queries.problem_list import repair_arm_id
from app.queries.runs import find_run
from app.state import AppState


def chosen_problems(app_state: AppState, run_id: int, query: Mapping[str, Sequence[str]]) -> list[int]:
    """Raises BadRequest where the filter cannot be read, NotFound where there is no such run."""
    with app_state.store.reader() as session:
        run = find_run(session, run_id)
        read = read_filter(query, [arm.name for arm in run.arms])
        if read.errors:
            raise BadRequest(" ".join(read.errors.values()))
        facts, reruns = app_state.facts(session, run), find_last_reruns(session, run_id)
        wanted = with_labelled(session, run_id, read.filter)
        return [row.problem_id for row in matching(facts, wanted, repair_arm_id(run, wanted), reruns)]

"""The address of everything that can be opened, in one place, so that pages and fragments agree.

In: ids and names. Out: paths, percent-encoded. A task id that a browser would rewrite (`..`, an empty part),
or that two problems of a run share, is addressed by the problem's row: `~17`.
"""

from collections.abc import Callable, Mapping
from urllib.parse import quote, urlencode

BY_ROW = "~"
Query = Mapping[str, object]


def task_address(task_id: str, problem_id: int, *, shared: bool = False) -> str:
    """The last part of a problem's path."""
    is_rewritten = any(part in {"", ".", ".."} for part in task_id.split("/")) or not task_id.isprintable()
    if shared or is_rewritten or task_id.startswith(BY_ROW):
        return f"{BY_ROW}{problem_id}"
    return quote(task_id, safe="/")


def run_url(run_id: int) -> str:
    return f"/runs/{run_id}"


def problems_url(run_id: int, *queries: Query, **query: object) -> str:
    """Later parameters win over earlier ones."""
    return _with_query(f"/runs/{run_id}/problems", *queries, query)


def problems_csv_url(run_id: int, *queries: Query) -> str:
    """The list as a file, under the same filter."""
    return _with_query(f"/runs/{run_id}/problems.csv", *queries)


def failures_url(run_id: int | None, *queries: Query, **query: object) -> str:
    """The failure groups of a run; None: of all runs together."""
    return _with_query(f"/runs/{run_id}/failures" if run_id else "/failures", *queries, query)


def failures_csv_url(run_id: int | None, *queries: Query) -> str:
    """The groups as a file; a run's file has all of its groups."""
    return f"/runs/{run_id}/failures.csv" if run_id else _with_query("/failures.csv", *queries)


def search_url(*queries: Query, **query: object) -> str:
    """Programs that hold a text, or of a failure group; later parameters win over earlier ones."""
    return _with_query("/search", *queries, query)


def problem_url(run_id: int, address: str, *queries: Query, **query: object) -> str:
    """`address` comes from `task_address`; later parameters win over earlier ones."""
    return _with_query(f"/runs/{run_id}/problems/{address}", *queries, query)


def rerun_url(run_id: int, *queries: Query) -> str:
    """Where a re-run is asked for; the query is that of the problem's page."""
    return _with_query(f"/runs/{run_id}/rerun", *queries)


def rerun_all_url(run_id: int, *queries: Query) -> str:
    """Where a re-run of all problems that a filter selects is asked for."""
    return _with_query(f"/runs/{run_id}/rerun-all", *queries)


def rerun_events_url(rerun_id: int, problem_id: int, *queries: Query) -> str:
    """The stream of a re-run; the query is that of the problem's page that follows it."""
    return _with_query(f"/live/reruns/{rerun_id}/{problem_id}", *queries)


def compare_url(*queries: Query, **query: object) -> str:
    """Later parameters win over earlier ones."""
    return _with_query("/compare", *queries, query)


def programs_url(left: str, right: str, **query: object) -> str:
    """Two programs side by side, by references of `app/queries/programs.py`."""
    return _with_query("/programs", {"left": left, "right": right}, query)


def program_url(kind: str, row_id: int) -> str:
    """The plain text of an `attempt` or a `revision`."""
    return f"/programs/{kind}/{row_id}.go"


def labels_url(run_id: int, **query: object) -> str:
    """The labels of a run: the page, and where a review is sent."""
    return _with_query(f"/runs/{run_id}/labels", query)


def next_unlabelled_url(run_id: int, *queries: Query, **query: object) -> str:
    """Leads to the next failure without a label."""
    return _with_query(f"/runs/{run_id}/labels/next", *queries, query)


def _with_query(path: str, *queries: Query) -> str:
    given = {name: value for query in queries for name, value in query.items()}
    given = {name: value for name, value in given.items() if value not in (None, "", (), [])}
    return f"{path}?{urlencode(given, doseq=True)}" if given else path


ADDRESSES: dict[str, Callable[..., str]] = {
    "run_url": run_url,
    "problems_url": problems_url,
    "problems_csv_url": problems_csv_url,
    "failures_url": failures_url,
    "failures_csv_url": failures_csv_url,
    "search_url": search_url,
    "problem_url": problem_url,
    "program_url": program_url,
    "labels_url": labels_url,
    "next_unlabelled_url": next_unlabelled_url,
    "compare_url": compare_url,
    "programs_url": programs_url,
    "rerun_url": rerun_url,
    "rerun_all_url": rerun_all_url,
    "rerun_events_url": rerun_events_url,
}

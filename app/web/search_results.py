"""What a search finds, for the page and the API: a section for each kind of text, or one list without a text.

In: the application's state, a filter and a cursor. Out: sections. Origins are told by the facts of each run.
"""

from dataclasses import replace

from app.queries.program_hits import with_reasons
from app.queries.runs import find_run
from app.queries.search import PAGE_HITS, IsOfOrigin, SearchSection, list_programs, search_texts
from app.queries.search_filter import SearchFilter, SearchIn
from app.state import AppState, Session
from app.web.evidence import reason_in_one_line

HITS_OF_ALL = 10
"""Of each kind of text, where several are searched at once."""
PLACES = tuple(SearchIn)


def find_programs(
    app_state: AppState, session: Session, wanted: SearchFilter, after: str
) -> tuple[SearchSection, ...]:
    """The sections; none where nothing is asked."""
    if wanted.asks_nothing:
        return ()
    is_of_origin = _origin_test(app_state, session, wanted)
    if not wanted.text:
        listed = list_programs(session, wanted, after, is_of_origin)
        return (replace(listed, hits=with_reasons(session, listed.hits, reason_in_one_line)),)
    places = wanted.places or PLACES
    most = PAGE_HITS if len(places) == 1 else HITS_OF_ALL
    cursor = after if len(places) == 1 else ""
    return tuple(search_texts(session, wanted, place, cursor, most, is_of_origin) for place in places)


def _origin_test(app_state: AppState, session: Session, wanted: SearchFilter) -> IsOfOrigin:
    if wanted.origin is None or wanted.run_id is None:
        return lambda _run, _problem: True
    facts = app_state.facts(session, find_run(session, wanted.run_id))
    fitting = {row.problem_id for row in facts.problems if row.origin is wanted.origin}
    return lambda _run, problem: problem in fitting

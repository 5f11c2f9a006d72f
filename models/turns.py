"""Which drafts an arm that repairs is to revise: by this rule a result that is still owed is told from a result."""

from models.enums import Verdict


def takes_a_turn(draft: Verdict | None, *, gated: bool, rounds: int) -> bool:
    """Whether a run has its arms revise a draft with this verdict; an unscored one is never revised."""
    if draft is None or not draft.scored or not rounds:
        return False
    return not (gated and draft is Verdict.PASSED)

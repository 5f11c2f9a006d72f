"""Small arms written as strips, for tests: `arm("critic", drafts=["PA"], finals=["PP"])`."""

from app.reports.samples import ArmSamples
from benchmarks.small_tables import arm as arm
from models.enums import Origin

WHOLE_DRAFTS = ["PA", "AA", "TE", "FA"]


def whole() -> list[ArmSamples]:
    """A small run with every kind of arm that a report tells apart."""
    origins = [Origin.SEEN, Origin.SEEN, Origin.UNSEEN, Origin.UNSEEN]
    return [
        arm("base", WHOLE_DRAFTS, raw=["IA", "AA", "TE", "FA"], example=["PP", "AA", "TA", "PA"], origins=origins),
        arm("critic", ["PP", "AA", "PE", "FA"], drafts=WHOLE_DRAFTS, origins=origins),
        arm("resample", ["PA", "PA", "TE", "FP"], drafts=WHOLE_DRAFTS, origins=origins),
        arm("no_trace", ["PA", "AA", "TE", "FA"], drafts=WHOLE_DRAFTS, origins=origins),
    ]

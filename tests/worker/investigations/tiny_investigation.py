"""An investigation of a tiny network: two runs on two problems, quick on any CPU."""

from app.actions.investigations import put_investigation
from models import Investigation, InvestigationStep, Job, Store
from models.enums import JobKind, JobState
from models.investigation import INVESTIGATION_PAYLOAD, investigation_key
from settings import Settings
from worker.handlers import handlers_for
from worker.jobs.performing import perform
from worker.service import Service

RECIPE = """\
title = "Tiny"
base = "base"
critic = "critic"
samples = 2
temperature = 1.0
max_new_tokens = 24

[sets]
two = "two"

[steps.score]
samples = 1

[steps.repair]
"""


def queued(store: Store, name: str = "tiny", recipe: str = RECIPE, *, change: bool = False) -> str:
    """The id of a job that performs the recipe; it is in no queue."""
    number = put_investigation(store, name, recipe, change=change)
    job_id = f"job-{name}"
    with store.writer() as session:
        if (old := session.get(Job, job_id)) is not None:
            session.delete(old)
            session.flush()
        session.add(
            Job(
                id=job_id,
                kind=JobKind.INVESTIGATION,
                queue="long",
                payload={INVESTIGATION_PAYLOAD: number},
                deduplication_key=investigation_key(number),
            )
        )
    return job_id


def do(store: Store, job_id: str, worker: str = "test") -> Job:
    """Perform the job, or what is left of it."""
    with Service(Settings(device="cpu"), store) as service:
        perform(store, job_id, handlers_for(service), worker, backoff_seconds=(0.01,))
    with store.reader() as session:
        return session.get_one(Job, job_id)


def states(store: Store, name: str = "tiny") -> tuple[JobState, dict[str, tuple[JobState, bool]]]:
    """Of the investigation, and of each step with whether its results were there before."""
    with store.reader() as session:
        row = session.query(Investigation).filter_by(name=name).one()
        steps = (
            session.query(InvestigationStep)
            .filter_by(investigation_id=row.id)
            .order_by(InvestigationStep.position)
        )
        return row.state, {step.name: (step.state, step.reused) for step in steps}

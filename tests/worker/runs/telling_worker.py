"""A worker process that prints what it drafts and executes: the real one with a line of output for each.

Run as `python telling_worker.py STORE_URL JOBS_URL WORKER_ID`; it says "ready" and works until killed. A line is
"drafted SEED KEY" or "executed HASH", the hash being `program_hash` of problem and completion.
"""

import os
import sys
import time
from collections.abc import AsyncIterator, Iterable, Iterator
from hashlib import sha256

from models import Store
from settings import Settings
from worker.engines import Engine, Sample, WriteRequest
from worker.handlers import handlers_for
from worker.jobs.queue import WorkerQueue, send
from worker.jobs.workers import Heartbeat, Reaper
from worker.ruler import Judgement, Ruler, Submission, VerdictMemory
from worker.runs.plan import RunPlan
from worker.service import Service


def told_as(prompt: str, completion: str) -> str:
    return sha256(f"{prompt}\0{completion}".encode(errors="surrogatepass")).hexdigest()


def tell(*words: object) -> None:
    # One write a line: several threads tell, and print() would mix their words.
    os.write(sys.stdout.fileno(), (" ".join(map(str, words)) + "\n").encode())


class TellingEngine:
    def __init__(self, engine: Engine) -> None:
        self.name = engine.name
        self._engine = engine
        self.notes, self.waits_for = engine.notes, ""

    async def write(self, request: WriteRequest) -> AsyncIterator[Sample]:
        async for sample in self._engine.write(request):
            tell("drafted", request.sampling.seed, sample.key)
            yield sample

    def close(self) -> None:
        self._engine.close()


class TellingRuler(Ruler):
    def judge(
        self,
        submissions: Iterable[Submission],
        *,
        legacy: bool = False,
        retakes: int = 0,
        memory: VerdictMemory | None = None,
    ) -> Iterator[Judgement]:
        asked = {submission.key: submission for submission in submissions}
        for judgement in super().judge(asked.values(), legacy=legacy, retakes=retakes, memory=memory):
            if not judgement.cached:
                submission = asked[judgement.key]
                tell("executed", told_as(submission.prompt, submission.completion))
            yield judgement


class TellingService(Service):
    def __init__(self, settings: Settings, store: Store) -> None:
        super().__init__(settings, store)
        self.ruler.close()
        self.ruler = TellingRuler(cores=1)

    def drafting_engine(self, plan: RunPlan) -> Engine | None:
        engine = super().drafting_engine(plan)
        return TellingEngine(engine) if engine else None


def main() -> None:
    store_url, jobs_url, worker_id = sys.argv[1:]
    store = Store.open(store_url)
    with (
        TellingService(Settings(device="cpu"), store) as service,
        Heartbeat(store, worker_id, {}),
        WorkerQueue(store, jobs_url, worker_id, handlers_for(service, send)) as queue,
        Reaper(store, worker_id, queue, retention_days=30),
    ):
        tell("ready")
        time.sleep(600)


if __name__ == "__main__":
    main()

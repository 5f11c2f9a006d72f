"""What the trace did to a stored revision: its critic reads it behind the trace and without it.

In: a revision's row. Out: a `TraceEffect`, with the log-probability of each token in both readings. Nothing is drawn.
Problem, attempt and reflection are the same in both, so it is the direct effect of the trace: what the reflection tells
of it stays.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from models import Arm, Attempt, Problem, Revision, Run, Store, TraceEffect
from models.tokens import pack_tokens, why_no_trace_effect
from worker.network.critic import Trunk
from worker.runs.errors import DRAFT_GONE, NothingToRepair
from worker.runs.plan import PlannedCheckpoint, planned_checkpoint
from worker.transcripts.format import LONGEST_TRACE, encode, render_prompt

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from transformers import PreTrainedTokenizerBase


@dataclass(frozen=True, kw_only=True)
class EffectRequest:
    """A revision with all that its critic read."""

    revision_id: int
    base: PlannedCheckpoint
    critic: PlannedCheckpoint
    problem: str
    attempt: str
    trace: str
    reflection: str
    revision: str


def read_effect_request(store: Store, revision_id: int) -> EffectRequest:
    """Everything that is needed to read the revision again.

    Raises:
        NothingToRepair: it is not in the store, or cannot be read again.
    """
    with store.reader() as session:
        row = session.get(Revision, revision_id)
        if row is None:
            raise NothingToRepair(f"Revision {revision_id} is not in the store: was its run deleted?")
        if reason := why_no_trace_effect(session, row):
            raise NothingToRepair(reason)
        arm = session.get_one(Arm, row.arm_id)
        base = planned_checkpoint(session, session.get_one(Run, row.run_id).base_checkpoint_id)
        critic = planned_checkpoint(session, arm.checkpoint_id)
        if base is None or critic is None or row.reflection is None:
            raise NothingToRepair(DRAFT_GONE)
        return EffectRequest(
            revision_id=row.id,
            base=base,
            critic=critic,
            problem=arm.settings.get("edited_prompt") or session.get_one(Problem, row.problem_id).prompt,
            attempt=_attempt(session, row),
            trace=row.reflection.shown_trace,
            reflection=row.reflection.text,
            revision=row.text.rstrip(),
        )


def _attempt(session: "Session", row: Revision) -> str:
    """What was revised: the draft, or the revision of the round before."""
    if row.round == 1:
        return session.get_one(Attempt, row.attempt_id).text
    same = {name: getattr(row, name) for name in ("run_id", "problem_id", "arm_id", "sample")}
    return session.query(Revision).filter_by(**same, round=row.round - 1).one().text


def measure_trace_effect(
    store: Store,
    asked: EffectRequest,
    network: Trunk,
    tokenizer: "PreTrainedTokenizerBase",
    progress: Callable[[str, int], None],
) -> None:
    """Read the revision twice and store what came out; a revision that was read before is read no more.

    Args:
        progress: told the stage and how many readings are done; it may raise to stop.
    """
    # Late: it loads torch.
    from worker.engines.local.scoring import continuation_logprobs

    ids = encode(tokenizer, asked.revision)
    readings = []
    for done, (stage, trace) in enumerate((("reading with the trace", asked.trace), ("reading without it", None))):
        progress(stage, done)
        prompt = render_prompt(
            asked.problem,
            asked.attempt,
            trace,
            tokenizer=tokenizer,
            budget=_budget(network, len(ids)),
            reflect=False,
            given=asked.reflection,
        )
        readings.append(continuation_logprobs(network, [*prompt.ids, *ids], len(prompt.ids)))
    progress("reading without it", 2)
    packed = pack_tokens(token_lengths(tokenizer, ids, asked.revision), *readings)
    with store.writer() as session:
        # Another try may have stored it, and the run may have been deleted meanwhile.
        is_there = session.get(Revision, asked.revision_id) is not None
        if is_there and session.get(TraceEffect, asked.revision_id) is None:
            session.add(TraceEffect(revision_id=asked.revision_id, tokens=packed))


def _budget(network: Trunk, written: int) -> int:
    context = int(getattr(network.base.config, "max_position_embeddings", 2048))
    return max(context - written, LONGEST_TRACE)


def token_lengths(tokenizer: "PreTrainedTokenizerBase", ids: list[int], text: str) -> list[int]:
    """The characters of `text` that each of its tokens adds; one that ends within a character adds none."""
    lengths, so_far = [], 0
    for end in range(1, len(ids) + 1):
        read = tokenizer.decode(ids[:end])
        # Half a character is decoded as a replacement sign, which is no character of the text yet.
        stop = so_far if read.endswith("�") and not text.startswith(read) else min(len(read), len(text))
        lengths.append(max(stop - so_far, 0))
        so_far = max(stop, so_far)
    return lengths

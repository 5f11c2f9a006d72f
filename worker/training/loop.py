"""The training loop, the same for bases and critics: steps, evaluations, states to resume from.

In: an objective (a module whose forward gives the mean loss of a batch), a way to make its batches, and options.
Out: the objective, trained in place, and its learning curve. On n processes (accelerate) each takes every n-th batch.
They decide when to stop by the mean of their losses, because a process that continued alone would wait forever.
Only parameters that require a gradient are trained and saved. The first process alone reports and writes.
"""

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from worker.engines.device import is_out_of_memory
from worker.jobs.errors import JobStopped
from worker.training.errors import DivergedError, MemoryShort
from worker.training.folders import LossPoint
from worker.training.objectives import Inputs
from worker.training.options import TrainingOptions, make_optimizers, share_of_peak
from worker.training.reports import ReportProgress, StepClock, TrainingProgress
from worker.training.resume import TrainingState, hold, let_go, load_state, refuse_lost, save_state
from worker.training.rows import BatchPlan, RowNumbers, batches_from
from worker.training.solving import SolvedCount
from worker.training.trackers import NO_TRACKERS, Trackers

SAVED_BYTES_PER_SECOND = 4_000_000
"""On average: a large state is saved seldom, so that it does not keep the disk busy."""


@dataclass(frozen=True, kw_only=True)
class TrainingTask:
    """What is trained, and on what."""

    objective: nn.Module
    collate: Callable[[RowNumbers], Inputs]
    plan: BatchPlan
    validation: Sequence[RowNumbers]
    folder: Path
    """Where the state is saved while the training runs."""
    fingerprint: str
    solve: Callable[[], tuple[SolvedCount, bool]] | None = None
    """Counts the problems that are solved now, and says whether they are enough to stop; None: nobody asks."""


def never_stopped() -> None:
    """Of a training that nobody stops but by ending its process."""


def train(
    task: TrainingTask,
    options: TrainingOptions,
    report: ReportProgress,
    check: Callable[[], None] = never_stopped,
    trackers: Trackers = NO_TRACKERS,
) -> list[LossPoint]:
    """Train to the end, starting where an earlier process was killed.

    Args:
        check: called between two steps; where it raises `JobStopped`, the state is saved first.

    Raises:
        JobStopped: `check` raised it.
        ResumeError: the folder's state belongs to another command, or another process goes on with it.
        DivergedError: the loss is not finite.
        MemoryShort: a step needs more memory than there is.
    """
    training = _Training(task, options, report, check, trackers)
    try:
        return training.run()
    except (RuntimeError, MemoryError) as error:
        if not is_out_of_memory(error):
            raise
        raise MemoryShort(
            f"This machine ran out of memory in step {training.state.step + 1}: repeat the command with a smaller "
            f"--batch-tokens (it was {options.batch_tokens}) and another --out."
        ) from error
    finally:
        let_go(task.folder, training.word)


class _Training:
    """One call of `train`."""

    def __init__(
        self,
        task: TrainingTask,
        options: TrainingOptions,
        report: ReportProgress,
        check: Callable[[], None],
        trackers: Trackers,
    ) -> None:
        torch.manual_seed(options.seed)
        self.task, self.options, self.report, self.check = task, options, report, check
        self.accelerator = trackers.accelerator(cpu=not torch.cuda.is_available())
        optimizers = make_optimizers(
            ((name, value) for name, value in task.objective.named_parameters() if value.requires_grad),
            options.optimizer,
            learning_rate=options.learning_rate,
            weight_decay=options.weight_decay,
        )
        self.module, *self.optimizers = self.accelerator.prepare(task.objective, *optimizers)
        self.state = load_state(task.folder, task.fingerprint) or TrainingState(fingerprint=task.fingerprint)
        if self.state.step:
            self._restore()
        self.word = hold(task.folder) if self.accelerator.is_main_process else ""
        self._clock = StepClock()

    def run(self) -> list[LossPoint]:
        try:
            self._run_steps()
        except JobStopped:
            self._save()
            raise
        if self.state.best_tensors:
            self._put(self.state.best_tensors)
        refuse_lost(self.task.folder, self.word)
        # All processes end together: one that loses a connected neighbour is aborted.
        self.accelerator.wait_for_everyone()
        self.accelerator.end_training()
        return self.state.points

    def _run_steps(self) -> None:
        saved, pause = time.monotonic(), self._save_pause()
        for batch in self._batches():
            self._step(batch)
            is_due = self.state.step % self.options.evaluate_every == 0 or self.state.step == self.options.steps
            if is_due and self._evaluate():
                return
            if time.monotonic() - saved >= pause:
                self._save()
                saved = time.monotonic()
            self.check()

    def _batches(self) -> Iterator[RowNumbers]:
        left, processes = self.options.steps - self.state.step, self.accelerator.num_processes
        first = self.state.step * processes + self.accelerator.process_index
        return islice(batches_from(self.task.plan, first), 0, left * processes, processes)

    def _step(self, batch: RowNumbers) -> None:
        self._set_rates()
        inputs = self._on_device(self.task.collate(batch))
        loss = self.module(**inputs)
        value = float(loss.detach())
        if not math.isfinite(value):
            raise DivergedError(f"The loss is {value} at step {self.state.step + 1}: lower the learning rate.")
        self.accelerator.backward(loss)
        self.accelerator.clip_grad_norm_(self._trained().values(), self.options.clip)
        for optimizer in self.optimizers:
            optimizer.step()
            optimizer.zero_grad()
        self.state.step += 1
        self.state.loss_sum += value
        self.state.loss_steps += 1
        self._clock.add(sum(self.task.plan.lengths[row] for row in batch) * self.accelerator.num_processes)
        self._report(value, None)

    def _set_rates(self) -> None:
        share = share_of_peak(self.state.step, steps=self.options.steps, warmup_steps=self.options.warmup_steps)
        for optimizer in self.optimizers:
            for group in optimizer.param_groups:
                group["lr"] = group["peak"] * share

    def _evaluate(self) -> bool:
        """Add the losses to the curve; returns whether the training is over."""
        state, options = self.state, self.options
        train_loss = self._mean(state.loss_sum / max(1, state.loss_steps))
        state.loss_sum, state.loss_steps = 0.0, 0
        self._add_point("train", train_loss, self._clock.rate())
        if self.task.validation:
            loss = self._validation_loss()
            self._add_point("validation", loss, None)
            self._report(train_loss, loss)
            if options.patience:
                # Without early stopping the last weights count: memorizing makes validation worse on purpose.
                self._keep_best(loss)
        is_over = train_loss < options.target_loss or (0 < options.patience <= state.looks_since_best)
        return self._solves_enough(train_loss) or is_over

    def _solves_enough(self, train_loss: float) -> bool:
        if self.task.solve is None:
            return False
        solved, is_enough = self.task.solve()
        self._report(train_loss, None, solved)
        return is_enough

    def _mean(self, value: float) -> float:
        """The mean over all processes; the value itself where there is only one."""
        if self.accelerator.num_processes == 1:
            return value
        mine = torch.tensor(value, device=self.accelerator.device)
        return float(self.accelerator.reduce(mine, reduction="mean"))

    def _validation_loss(self) -> float:
        self.module.eval()
        with torch.no_grad():
            losses = [float(self.module(**self._on_device(self.task.collate(b)))) for b in self.task.validation]
        self.module.train()
        return self._mean(sum(losses) / len(losses))

    def _keep_best(self, loss: float) -> None:
        if loss < self.state.best_loss:
            self.state.best_loss, self.state.looks_since_best = loss, 0
            self.state.best_tensors = {name: tensor.clone() for name, tensor in self._tensors().items()}
        else:
            self.state.looks_since_best += 1

    def _add_point(self, split: str, loss: float, speed: float | None) -> None:
        rounded = None if speed is None else round(speed, 1)
        self.state.points.append(
            LossPoint(step=self.state.step, split=split, loss=round(loss, 6), tokens_per_second=rounded)
        )
        speeds = {} if speed is None else {"tokens_per_second": speed}
        self.accelerator.log({f"loss/{split}": loss, **speeds}, step=self.state.step)

    def _report(self, loss: float, validation: float | None, solved: SolvedCount | None = None) -> None:
        if not self.accelerator.is_main_process:
            return
        self.report(
            TrainingProgress(
                step=self.state.step,
                steps=self.options.steps,
                loss=loss,
                tokens_per_second=self._clock.rate(),
                seconds_left=(self.options.steps - self.state.step) * self._clock.seconds_a_step(),
                validation_loss=validation,
                solved=solved,
            )
        )

    def _save_pause(self) -> float:
        """Seconds between two saves, no fewer than fit what a save writes: the weights and two moments of each.

        With `save_seconds` 0 the state is saved after every step, whatever it weighs.
        """
        if not self.options.save_seconds:
            return 0.0
        trained = sum(value.numel() * value.element_size() for value in self._trained().values())
        return max(self.options.save_seconds, 3 * trained / SAVED_BYTES_PER_SECOND)

    def _save(self) -> None:
        if self.accelerator.is_main_process:
            self.state.tensors = self._tensors()
            self.state.optimizers = [optimizer.state_dict() for optimizer in self.optimizers]
            self.state.random = torch.get_rng_state()
            save_state(self.task.folder, self.state, self.word)

    def _restore(self) -> None:
        self._put(self.state.tensors)
        for optimizer, state in zip(self.optimizers, self.state.optimizers, strict=True):
            optimizer.load_state_dict(state)
        torch.set_rng_state(self.state.random)

    def _trained(self) -> dict[str, nn.Parameter]:
        module = self.accelerator.unwrap_model(self.module)
        return {name: value for name, value in module.named_parameters() if value.requires_grad}

    def _tensors(self) -> dict[str, Tensor]:
        return {name: value.detach() for name, value in self._trained().items()}

    def _put(self, tensors: Mapping[str, Tensor]) -> None:
        with torch.no_grad():
            for name, parameter in self._trained().items():
                parameter.copy_(tensors[name])

    def _on_device(self, inputs: Inputs) -> dict[str, Any]:
        return {name: tensor.to(self.accelerator.device) for name, tensor in inputs.items()}

"""lm-eval's `samples_*.jsonl`: a row for each document and filter, with the task in `doc` and the answers in `resps`.

What the model wrote (`resps`) is taken, not what a filter made of it. A file with several filters repeats every
answer with another score; `--scorer` chooses a filter, a metric, or `FILTER:METRIC`.
"""

from collections.abc import Iterator
from typing import Any

from worker.answers.answer import (
    Answer,
    AnswerError,
    AnswerShape,
    BadAnswer,
    FieldError,
    ReadOptions,
    chosen,
    passed_of,
    short,
    task_of,
    texts_in,
)
from worker.problem_sets.documents import Content
from worker.problem_sets.rows import SourceRow

_KNOWN = {
    "doc_id", "doc", "target", "arguments", "resps", "filtered_resps", "filter", "metrics", "doc_hash", "prompt_hash",
    "target_hash", "resp_hash",
}  # fmt: skip


def fits(content: Content) -> bool:
    fields = content.first.fields if content.first is not None else {}
    return "doc" in fields and ("resps" in fields or "filtered_resps" in fields)


def read(content: Content, options: ReadOptions) -> Iterator[Answer | BadAnswer]:
    rows = list(content.rows or ())
    good = [row.fields for row in rows if not row.problem]
    filters = list(dict.fromkeys(str(fields["filter"]) for fields in good if fields.get("filter") is not None))
    metrics = _metrics(good[0]) if good else []
    # Every filter has the same answers; what they say of these differs.
    wanted, metric = filters[0] if filters else None, None
    if options.results:
        named = options.scorer.split(":") if options.scorer else []
        if others := [name for name in named if name not in filters and name not in metrics]:
            chosen([*filters, *metrics], others[0], content.source)
        wanted = chosen(filters, next((name for name in named if name in filters), None), content.source, "filter")
        metric = chosen(metrics, next((name for name in named if name in metrics), None), content.source, "metric")
        if metric is None:
            raise AnswerError(f"{content.source} has no metric, but {content.found}.")
    for row in rows:
        if wanted is None or row.problem or str(row.fields.get("filter")) == wanted:
            yield from _read_row(row, content.unit, options, metric)


def _metrics(fields: dict[str, Any]) -> list[str]:
    named = fields.get("metrics")
    names = named if isinstance(named, list) else [name for name in fields if name not in _KNOWN]
    return [name for name in names if isinstance(name, str) and isinstance(fields.get(name), int | float)]


def _read_row(row: SourceRow, unit: str, options: ReadOptions, metric: str | None) -> Iterator[Answer | BadAnswer]:
    if row.problem:
        yield BadAnswer(line=row.line, reason=row.problem, unit=unit)
        return
    task_id = ""
    try:
        task_id = _task(row.fields, options)
        texts = texts_in(row.fields.get("resps", row.fields.get("filtered_resps")), "resps")
        passed = _passed(row.fields, metric, len(texts)) if metric is not None else None
    except FieldError as error:
        yield BadAnswer(line=row.line, reason=str(error), field=error.field, unit=unit, task_id=task_id)
        return
    for text in texts:
        yield Answer(
            line=row.line, task_id=task_id, completion=text, passed=passed, scored_by=metric or "", unit=unit
        )


def _task(fields: dict[str, Any], options: ReadOptions) -> str:
    """The task that the document names, or the one in its place."""
    doc, number = fields.get("doc"), fields.get("doc_id")
    try:
        return task_of(doc if isinstance(doc, dict) else {}, "doc.")
    except FieldError:
        if isinstance(number, int) and 0 <= number < len(options.task_ids):
            return options.task_ids[number]
        raise


def _passed(fields: dict[str, Any], metric: str, count: int) -> bool | None:
    try:
        return passed_of(fields.get(metric))
    except ValueError as error:
        reason = f"field {metric} is {short(fields.get(metric))}"
        if count > 1:
            raise FieldError(
                metric, f"{reason} for {count} answers, and which of them passed is not said"
            ) from error
        raise FieldError(metric, f"{reason}, which says neither passed (1) nor failed (0)") from error


SHAPE = AnswerShape(name="lm-eval samples", docs="`doc`, and `resps` or `filtered_resps`", fits=fits, read=read)

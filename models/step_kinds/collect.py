"""Collecting transcripts: failed attempts, taught by a teacher and verified by the ruler."""

from models.step_kinds.kind import StepError, StepFields, StepKind, StepResult, StepScope
from models.step_kinds.training_fields import fields_like, given
from models.work import CollectSpecification


def _work(fields: StepFields, scope: StepScope) -> list[CollectSpecification]:
    said = given(fields)
    teacher = str(said.pop("teacher", "canonical"))
    told = dict(scope.teachers.get(teacher, {"teacher": teacher}))
    problems = scope.problem_set(str(said.pop("problems", "")))
    if not said.get("base") and said.get("mutants") and "base" in said:
        base = ""  # `base = ""` asks for mutants only
    else:
        base = scope.base(str(said.pop("base", "")))
    said.pop("base", None)
    said.setdefault("seed", scope.defaults.seed)
    both = told.keys() & said.keys()
    if both:
        raise StepError(f"{scope.step} says {min(both)}, and so does its teacher {teacher!r}: say it once.")
    return [CollectSpecification.of(problems=problems, base=base, transcript_set=scope.step, **told, **said)]


COLLECT = StepKind(
    name="collect",
    label="What teachers taught",
    description="Has failed drafts and mutants taught by one teacher; verified lessons become a set of transcripts.",
    fields=fields_like(CollectSpecification, "CollectFields", problems=""),
    work=_work,
    makes=StepResult(transcripts="transcripts"),
)

"""Twins of problem sets, and a run of the base over originals and twins."""

from models.step_kinds.kind import RunFields, StepKind, StepScope, TwinsSpecification, Work, run_work


class TwinsFields(RunFields):
    """`sets` are the originals."""


def _work(fields: TwinsFields, scope: StepScope) -> list[Work]:
    originals = scope.problem_sets(fields.sets)
    seed = scope.defaults.seed if fields.seed is None else fields.seed
    twins = [TwinsSpecification(problem_set=name, seed=seed) for name in originals]
    both = [one for name in originals for one in (name, f"{name}/twins")]
    return [*twins, run_work(fields, scope, sets=both)]


TWINS = StepKind(
    name="twins",
    label="Whether it solves the same problems in other words",
    description="Makes twins of each set and has the base draft originals and twins: solving only originals is recall.",
    fields=TwinsFields,
    work=_work,
)

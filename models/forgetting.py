"""The run by which forgetting is measured: a base alone, greedily, one draft a problem: a cell is pass or fail."""

from models.specification import RunSpecification, Sampling


def forgetting_run(base: str, problem_set: str, *, limit: int | None = None) -> RunSpecification:
    """The specification for one checkpoint; it is the same for every checkpoint of a lineage but for the base."""
    return RunSpecification.of(
        name=f"{base} on {problem_set}"[:200],
        problem_sets=[problem_set],
        base=base,
        samples=1,
        sampling=Sampling(temperature=0.0).model_dump(),
        rounds=0,
        limit=limit,
    )

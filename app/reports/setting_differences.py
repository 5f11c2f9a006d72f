"""Settings in which two runs differ and which can change a number by themselves: a sentence for each."""

from app.reports.report import RunSettings


def setting_differences(left: RunSettings, right: RunSettings) -> tuple[str, ...]:
    """A sentence for every setting that differs and can change a number by itself."""
    warnings = []
    if left.ruler != right.ruler:
        warnings.append(f"The rulers differ: {_ruler(left)} on the left, {_ruler(right)} on the right.")
    if set(left.problem_sets) != set(right.problem_sets):
        warnings.append(f"The problem sets differ: {_list(left)} on the left, {_list(right)} on the right.")
    warnings += _sampling_differences(left.sampling, right.sampling, "The sampling differs in")
    if left.arm_sampling or right.arm_sampling:
        arms = [side.arm_sampling or side.sampling for side in (left, right)]
        warnings += _sampling_differences(arms[0], arms[1], "The sampling of the arms differs in")
    if left.engine_notes != right.engine_notes and left.engine_notes and right.engine_notes:
        ours, theirs = (" ".join(side.engine_notes) for side in (left, right))
        warnings.append(f"The engines differ. On the left: {ours} On the right: {theirs}")
    if left.is_imported or right.is_imported:
        return tuple(warnings)  # how an imported run was sampled and repaired is not known
    for name, one, two in (
        ("feedback tests", left.feedback, right.feedback),
        ("gating", _gating(left), _gating(right)),
        ("gating tests", left.gate, right.gate),
        ("rounds of repair", left.rounds, right.rounds),
        ("budget rule", left.budget, right.budget),
        ("seed", left.seed, right.seed),
    ):
        if one != two:
            warnings.append(f"The settings differ in {name}: {one} on the left, {two} on the right.")
    return tuple(warnings)


def _sampling_differences(
    left: tuple[tuple[str, str], ...], right: tuple[tuple[str, str], ...], what: str
) -> list[str]:
    one, two = dict(left), dict(right)
    return [
        f"{what} {name}: {one.get(name, 'unset')} on the left, {two.get(name, 'unset')} on the right."
        for name in sorted(one.keys() | two.keys())
        if one.get(name) != two.get(name)
    ]


def _ruler(settings: RunSettings) -> str:
    return f"{settings.go_version} ({settings.ruler[:12]})" if settings.ruler else "none (imported)"


def _list(settings: RunSettings) -> str:
    return ", ".join(settings.problem_sets) or "none"


def _gating(settings: RunSettings) -> str:
    return "gated" if settings.gated else "ungated"

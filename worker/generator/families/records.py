"""Records: structs that are kept by a condition, grouped by a text, and told as figures."""

from worker.generator.drawing import Draw, DrawnProblem, fill
from worker.generator.families.enclosing import enclosed
from worker.generator.values import Struct

_FIELDS = (("Price", "price"), ("Weight", "weight"), ("Score", "score"), ("Stock", "stock"))
_RECORDS = (
    ("Item", "item", "Shelf", "shelf"), ("Order", "order", "City", "city"), ("Ride", "ride", "Line", "line"),
    ("Ticket", "ticket", "Team", "team"), ("Crate", "crate", "Port", "port"), ("Plant", "plant", "Bed", "bed"),
)  # fmt: skip
_CONDITIONS = (
    ("r.$Main <= $k", "whose $main is greater than $k"),
    ("r.$Main < r.$Other", "whose $main is at least their $other"),
    ("r.$Main%2 != 0", "with an even $main"),
    ("r.$Main+r.$Other > $more", "whose $main and $other add up to at most $more"),
    ('r.$Group == "" || r.$Main == 0', "that have a $group and a $main other than 0"),
)
_FIGURES = (
    ("figures[r.$Group] += r.$Other", "the sum of the $others"),
    ("figures[r.$Group]++", "their number"),
    ("figures[r.$Group] = max(figures[r.$Group], r.$Other)", "the greatest $other (0 at least)"),
    ("figures[r.$Group] += r.$Main * r.$Other", "the sum of $main times $other"),
    ("figures[r.$Group] = r.$Other", "the $other of the last one"),
)
_REPORTS = (
    ("map[string]int", "return figures", "The result maps each $group that is left to this figure."),
    (
        "[]string",
        "lines := []string{}\nfor _, key := range sortedKeys(figures) {\n"
        '    lines = append(lines, fmt.Sprintf("%s: %d", key, figures[key]))\n}\nreturn lines',
        'The result has one line "$group: figure" for each $group that is left, in byte order.',
    ),
    (
        "string",
        'best := ""\nfor _, key := range sortedKeys(figures) {\n    if best == "" || figures[key] > figures[best] {\n'
        "        best = key\n    }\n}\nreturn best",
        "The result is the $group with the greatest figure, the first of several in byte order, or an empty string.",
    ),
    (
        "int",
        "total := 0\nfor _, figure := range figures {\n    if figure > $k {\n        total += figure\n    }\n}\n"
        "return total",
        "The result is the sum of all figures that are greater than $k.",
    ),
)


@enclosed("structs", parts=0, plain=0.2)
def record_report(draw: Draw) -> DrawnProblem:
    """Structs, kept by a condition, grouped by a text, one figure a group, as a list of lines or a map."""
    kind, one, group_field, group = draw.pick(_RECORDS)
    (main_field, main), (other_field, other) = draw.some(_FIELDS, 2)
    k = draw.number(3, 12)
    words: dict[str, object] = {
        "Main": main_field, "main": main, "Other": other_field, "other": other, "others": f"{other}s",
        "Group": group_field, "group": group, "k": k, "more": k + 8,
    }  # fmt: skip
    condition, kept = (fill(part, **words) for part in draw.pick(_CONDITIONS))
    step, figure = (fill(part, **words) for part in draw.pick(_FIGURES))
    result, after, told = draw.pick(_REPORTS)
    name = f"{draw.pick(['Report', 'Summarize', 'Digest', 'Review'])}{kind}s"
    places = [draw.pick(["Ames", "Bonn", "Cork", "Dijon", "Essen", "Faro"]) for _ in range(3)]

    def arguments(draw: Draw) -> tuple[list[tuple[str, int, int]]]:
        maybe_empty = ["", *places] if '""' in condition else places
        rows = range(draw.number(0, 7))
        return ([(draw.pick(maybe_empty), draw.value(0, 15, [k]), draw.value(0, 15, [k])) for _ in rows],)

    return DrawnProblem(
        name=name,
        task=[
            f"{name} takes a list of {one}s and looks only at those {kept}.",
            f"It groups them by {group}; the figure of a group is {figure}.",
            fill(told, **words),
        ],
        parameters=f"{one}s []{kind}",
        result=result,
        structs=[Struct(name=kind, fields=[(group_field, "string"), (main_field, "int"), (other_field, "int")])],
        body=fill(
            "figures := map[string]int{}\nfor _, r := range $rows {\n    if $skip {\n        continue\n    }\n"
            "    $step\n}\n$after",
            rows=f"{one}s", skip=condition, step=step, after=fill(after, k=k),
        ),
        arguments=arguments,
        edges=[([],)],
    )  # fmt: skip

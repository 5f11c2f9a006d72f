"""Draft against revision, line by line and word by word."""

from hypothesis import given
from hypothesis import strategies as st

from app.web.rendering.diff import (
    COMPARED_LINES,
    PAIRED_CELLS,
    Diff,
    DiffView,
    alone,
    diff,
    line_pairs,
    listing,
)
from app.web.rendering.hunks import SHOWN_ROWS, Hunk, HunkKind

LINES = st.lists(st.sampled_from(["a := 1", "b := 2", "", "}", "return a", "\treturn b"]), max_size=25)


def _numbers(made: Diff, side: str) -> list[int]:
    return [line.number for hunk in made.hunks for line in getattr(hunk, side)]


@given(LINES, LINES)
def test_every_line_of_both_sides_appears_once_and_in_order(old: list[str], new: list[str]) -> None:
    left, right = "\n".join(old), "\n".join(new)
    made = diff(left, right)
    assert _numbers(made, "left") == list(range(1, len(left.removesuffix("\n").split("\n")) + 1))
    assert _numbers(made, "right") == list(range(1, len(right.removesuffix("\n").split("\n")) + 1))


@given(LINES)
def test_a_text_does_not_differ_from_itself(lines: list[str]) -> None:
    text = "\n".join(lines)
    assert diff(text, text).is_empty


@given(LINES, LINES)
def test_unchanged_hunks_hold_the_same_lines_on_both_sides(old: list[str], new: list[str]) -> None:
    for hunk in diff("\n".join(old), "\n".join(new)).hunks:
        if hunk.kind not in (HunkKind.CHANGED, HunkKind.LONG):
            assert [line.html for line in hunk.left] == [line.html for line in hunk.right]


def test_only_the_words_that_changed_are_marked() -> None:
    (hunk,) = [h for h in diff("if n < 1 {\n}", "if n <= 1 {\n}").hunks if h.kind is HunkKind.CHANGED]
    assert 'class="w">=' in hunk.right[0].html
    assert hunk.right[0].html.count('class="w"') == 1


def test_lines_with_little_in_common_are_not_marked_word_by_word() -> None:
    (hunk,) = diff("alpha beta gamma", "return len(values) + 1").hunks
    assert 'class="w"' not in hunk.left[0].html


def test_the_line_that_was_kept_stands_beside_its_successor() -> None:
    hunks = diff("if v < low {\nv = low\n}\nout = append(out, v)", "out = append(out, max(low, v))").hunks
    paired = [hunk for hunk in hunks if hunk.left and hunk.right]
    assert [hunk.left[0].number for hunk in paired] == [4]


def _folded(hunks: list[Hunk]) -> list[tuple[int, int]]:
    """The first and last left line of each folded hunk."""
    shut = [hunk.left for hunk in hunks if hunk.kind in (HunkKind.FOLDED, HunkKind.LONG)]
    return [(lines[0].number, lines[-1].number) for lines in shut]


def test_a_long_equal_middle_is_folded_around_the_change_and_around_a_noted_line() -> None:
    text = "\n".join(f"line{i} := {i}" for i in range(60))
    changed = text.replace("line0 :=", "line0 =")
    assert _folded(diff(text, changed).hunks) == [(6, 60)]
    noted = diff(text, changed, left_note=(40, "undefined: x"))
    assert _folded(noted.hunks) == [(6, 35), (45, 60)]
    assert [line.note for hunk in noted.hunks for line in hunk.left if line.note] == ["undefined: x"]
    assert _folded(diff(text, changed, view=DiffView(is_whole=True)).hunks) == []


def test_a_program_that_was_written_anew_shows_so_many_rows_of_it_and_folds_the_rest() -> None:
    old, new = ("\n".join(f"{word}{i}({i})" for i in range(400)) for word in ("alpha", "beta"))
    made = diff(old, new)
    shown = [hunk for hunk in made.hunks if hunk.kind is HunkKind.CHANGED]
    assert sum(hunk.rows for hunk in shown) == SHOWN_ROWS
    assert _folded(made.hunks) == [(SHOWN_ROWS + 1, 400)]
    noted = diff(old, new, right_note=(300, "undefined: x"))
    assert _folded(noted.hunks) == [(SHOWN_ROWS + 1, 295), (305, 400)]


def test_a_long_program_alone_shows_its_beginning_and_the_noted_line() -> None:
    source = "\n".join(f"line{i}" for i in range(400))
    assert _folded(alone(source, None)) == [(41, 400)]
    assert _folded(alone(source, (200, "here"))) == [(41, 195), (205, 400)]
    assert _folded(alone("one\ntwo", None)) == []


def test_white_space_counts_unless_it_is_ignored() -> None:
    old, new = "if x {\n\ty  = 1\n}", "if x {\n    y = 1\n}"
    assert not diff(old, new).is_empty
    assert diff(old, new, view=DiffView(ignores_space=True)).is_empty


def test_programs_over_the_limit_stand_as_they_are_and_say_so() -> None:
    made = diff("a\n" * (COMPARED_LINES + 1), "b\n")
    assert made.too_long
    assert [hunk.kind for hunk in made.hunks] == [HunkKind.CHANGED, HunkKind.LONG]


def test_a_listing_carries_its_note_on_its_line_only() -> None:
    assert [line.note for line in listing("one\ntwo\n", (2, "here"))] == ["", "here"]


@given(st.lists(st.sampled_from(["a b", "a c", "x y z", ""]), max_size=8), st.lists(st.just("a b"), max_size=8))
def test_pairs_grow_on_both_sides(old: list[str], new: list[str]) -> None:
    pairs = line_pairs(old, new)
    assert pairs == sorted(pairs)
    assert len({i for i, _ in pairs}) == len({j for _, j in pairs}) == len(pairs)


def test_blocks_that_are_too_large_are_paired_in_order() -> None:
    many = ["x"] * (PAIRED_CELLS + 1)
    assert line_pairs(many, ["y"]) == [(0, 0)]

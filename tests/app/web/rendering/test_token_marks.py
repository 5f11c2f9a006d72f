"""Underlined tokens in coloured lines: cut at the right columns, without losing a character."""

from app.web.rendering.diff import DiffView, diff
from app.web.rendering.go_code import coloured_lines, plain
from app.web.rendering.token_marks import MarkedToken, underlined

SOURCE = 'x := "a b"\n\treturn x\n'


def _tokens(*texts: str, marked: str) -> list[MarkedToken]:
    return [MarkedToken(text, "rare" if text == marked else "", f"probability of {text}") for text in texts]


def test_a_token_over_two_colours_and_two_lines_is_cut_at_both() -> None:
    lines = underlined(coloured_lines(SOURCE), _tokens("x :=", ' "a', ' b"\n\tre', "turn x\n", marked=' b"\n\tre'))
    assert [plain(line) for line in lines] == ['x := "a b"', "\treturn x"]
    marked = [(piece.text, piece.css) for line in lines for piece in line if piece.words]
    assert marked == [(' b"', "s tok rare"), ("\t", "tok rare"), ("re", "k tok rare")]


def test_white_space_alone_is_not_underlined() -> None:
    lines = underlined(coloured_lines("a\n\tb"), _tokens("a", "\n\t", "b", marked="\n\t"))
    assert not any(piece.words for line in lines for piece in line)


def test_tokens_of_another_text_change_nothing() -> None:
    lines = coloured_lines(SOURCE)
    assert underlined(lines, _tokens("other", marked="other")) == lines


def test_a_hidden_character_in_a_token_stays_written_out() -> None:
    source = "a\u202eb"
    lines = underlined(coloured_lines(source), _tokens("a\u202e", "b", marked="a\u202e"))
    assert "".join(piece.text for piece in lines[0] if piece.words) == "a⟨U+202E⟩"


def test_a_diff_marks_changed_words_and_unlikely_tokens_together() -> None:
    made = diff(
        "return a\n", "return b\n", view=DiffView(right_tokens=tuple(_tokens("return", " b", marked=" b")))
    )
    html = "".join(line.html for hunk in made.hunks for line in hunk.right)
    assert 'class="tok rare w" title="probability of  b">b</span>' in html

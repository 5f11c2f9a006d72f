"""Go in colours: nothing lost, nothing turned into markup."""

from hypothesis import given
from hypothesis import strategies as st

from app.web.rendering.go_code import COLOURED_CHARACTERS, Span, coloured, coloured_lines, markup, plain
from app.web.rendering.text import visible


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=300))
def test_colouring_drops_no_character_of_any_text(text: str) -> None:
    lines = coloured_lines(text)
    assert "\n".join(plain(line) for line in lines) == visible(text).removesuffix("\n")


def test_keywords_types_strings_and_comments_get_their_colours() -> None:
    (line,) = coloured('func f() string { return "x" } // done')
    for css, text in (("k", "func"), ("t", "string"), ("s", "&#34;x&#34;"), ("c", "// done")):
        assert f'<span class="{css}">{text}</span>' in line


def test_a_comment_over_several_lines_is_coloured_on_each() -> None:
    lines = coloured("/* one\ntwo */")
    assert all('class="c"' in line for line in lines)
    assert len(lines) == 2


def test_model_output_is_text_and_never_markup() -> None:
    (line,) = coloured('x := "<script>alert(1)</script>" // <b>')
    assert "<script" not in line
    assert "<b>" not in line


def test_marked_columns_are_cut_out_of_the_coloured_pieces() -> None:
    (line,) = coloured_lines("return value")
    assert markup(line, [Span(7, 9)]) == '<span class="k">return</span> <span class="w">va</span>lue'


def test_a_very_long_text_stays_plain() -> None:
    (line,) = coloured("func " + "x" * COLOURED_CHARACTERS)
    assert "<span" not in line

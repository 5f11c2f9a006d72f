"""The statement of a test behind a failure."""

from app.web.rendering.go_tests import statement_at

TESTS = """func TestX(t *testing.T) {
\twant := []int{
\t\t1,
\t}
\tgot := F("(", // (
\t\t2)
\tassert.Equal(t, want, got)
}
func TestY(t *testing.T) {
\tassert.Equal(t, want, F(3))
}"""


def test_a_statement_comes_with_what_gave_its_names_their_values() -> None:
    assert statement_at(TESTS, 7) == (
        "want := []int{",
        "\t1,",
        "}",
        'got := F("(", // (',
        "\t2)",
        "assert.Equal(t, want, got)",
    )


def test_values_of_another_function_are_not_taken() -> None:
    assert statement_at(TESTS, 10) == ("assert.Equal(t, want, F(3))",)


def test_a_line_that_is_not_there_has_no_statement() -> None:
    assert statement_at(TESTS, 99) == statement_at(TESTS, 0) == statement_at("", 1) == ()

"""What was dropped is stored by its place in the text as it is stored, and never more than a list that can be read."""

from worker.ruler import Dropped
from worker.runs.writing import MOST_DROPPED, _places
from worker.store import storable


def dropped(what: str, start: int, end: int) -> Dropped:
    return Dropped(what=what, text="", line=1, start=start, end=end)


def test_places_count_in_the_text_as_it_is_stored() -> None:
    text = "a\0b\udce9<think>ü</think>"
    start = text.index("<think>")
    [[what, begins, ends]] = _places(text, (dropped("thought", start, len(text)),))
    assert (what, storable(text)[begins:ends]) == ("thought", "<think>ü</think>")


def test_a_model_that_repeats_itself_fills_no_store() -> None:
    text = "<|x|>" * 10_000
    places = _places(text, tuple(dropped("special token", at, at + 5) for at in range(0, len(text), 5)))
    assert len(places) == MOST_DROPPED + 1
    what, start, end = places[-1]
    assert "9950 further pieces" in what
    assert (start, end) == (MOST_DROPPED * 5, len(text))

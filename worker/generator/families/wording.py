"""Words that many families use: what numbers stand for, and small turns of phrase."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Noun:
    """What the numbers of a list are."""

    plural: str

    @property
    def Plural(self) -> str:  # noqa: N802 (it is a Go name)
        return self.plural.capitalize()


_NOUN_LIST = (
    "readings prices scores distances weights ages ticks deltas votes balances loads delays levels marks grades depths "
    "heights samples signals costs"
)
NOUNS = tuple(Noun(plural=word) for word in _NOUN_LIST.split())


def a_list_of(noun: Noun) -> str:
    return f"a list of {noun.plural}"


def with_article(noun: str) -> str:
    """The noun with its article."""
    return f"an {noun}" if noun[0] in "aeio" or noun == "hour" else f"a {noun}"


def capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def names_in(code: str) -> set[str]:
    """The words of a piece of Go, to see whether it uses a variable."""
    return set("".join(sign if sign.isalnum() else " " for sign in code).split())

"""New names for what a problem declares: synonyms where prose speaks of them, so that the prompt still reads well.

In: a problem as read, its prose and a seed. Out: a new name for each old one that is renamed. A parameter whose name
stands in the prose as a plain word, and that has no synonym here, becomes a letter: the prose keeps the word, because
another one would garble it, and a sentence says which letter stands for it. An entry point without a synonym is named
for what it returns, so that no part of the old name is left.
"""

import random
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from worker.twins.reading import ReadProblem

SYNONYMS: dict[str, tuple[str, ...]] = {
    "numbers": ("values",), "nums": ("vals",), "number": ("value",), "num": ("val",), "values": ("numbers",),
    "arr": ("seq",), "array": ("sequence",), "lst": ("seq",), "list": ("sequence",), "items": ("elements",),
    "elements": ("items",), "threshold": ("bound",), "string": ("text",), "str": ("txt",), "text": ("phrase",),
    "words": ("terms",), "word": ("term",), "message": ("note",), "txt": ("str",), "test": ("input",),
    "substring": ("fragment",), "prefix": ("beginning",), "grid": ("board",), "matrix": ("table",),
    "operations": ("steps",), "operation": ("step",), "start": ("begin",), "size": ("extent",), "limit": ("bound",),
    "maximum": ("largest",), "max": ("largest",), "minimum": ("smallest",), "min": ("smallest",), "sum": ("total",),
    "count": ("tally",), "find": ("locate",), "get": ("obtain",), "has": ("contains",), "sort": ("order",),
    "sorted": ("ordered",), "remove": ("drop",), "reverse": ("flip",), "compare": ("match",), "check": ("verify",),
    "is": ("checks",), "make": ("build",), "build": ("make",), "parse": ("read",), "filter": ("select",),
    "strings": ("texts",), "concatenate": ("join",), "separate": ("divide",), "split": ("divide",),
    "close": ("near",), "greatest": ("largest",), "largest": ("biggest",), "smallest": ("least",),
    "encrypt": ("encipher",), "encode": ("cipher",), "decode": ("decipher",), "change": ("convert",),
    "convert": ("turn",), "generate": ("produce",), "select": ("choose",), "total": ("sum",),
    "digits": ("figures",), "product": ("multiple",), "unique": ("distinct",), "common": ("shared",),
    "below": ("under",), "above": ("over",),
    "next": ("following",), "closest": ("nearest",), "longest": ("lengthiest",),
    "merge": ("combine",), "match": ("pair",), "valid": ("correct",), "tell": ("say",), "can": ("may",),
    "after": ("following",), "best": ("finest",), "add": ("plus",), "all": ("every",), "any": ("some",),
}  # fmt: skip
"""Of the words that names are made of. The first one that is free is taken."""
_VERBS = ("Compute", "Derive", "Evaluate", "Solve")
_NEUTRAL = {
    "bool": ("CheckRule", "TestRule", "DecideCase"),
    "string": ("MakeText", "BuildText", "WriteText"),
    "[": ("MakeList", "BuildList", "ListResults"),
    "map": ("MakeTable", "BuildTable", "TableResults"),
    "int": ("WorkOutNumber", "GetNumber", "GiveNumber"),
    "float": ("WorkOutNumber", "GetNumber", "GiveNumber"),
    "": ("WorkOutResult", "GetResult", "GiveResult"),
}
"""Names of an entry point, by how the type of its result begins."""
_FEWEST_WORDS = 8
"""Of prose, that a task can be understood from without the name of its function."""
_KINDS = ("Record", "Entry", "Item")
_LOCALS = (
    "alpha", "beta", "gamma", "delta", "kappa", "sigma", "omega", "first", "second", "third", "inner", "outer", "state",
    "entry", "mark", "slot", "unit", "piece", "node", "cell", "step", "part", "span", "rest", "head", "tail", "pos",
)  # fmt: skip
_LETTERS = "pqrtuvwxyzbcdeghjklmn"
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


@dataclass(frozen=True, kw_only=True)
class NewNames:
    """What a twin calls things."""

    code: dict[str, str]
    """By old name."""
    prose: dict[str, str]
    """Those that are exchanged in the prose, too."""
    sentence: str
    """What says how the code calls what the prose keeps on calling by its word; empty where there is nothing."""


def new_names(
    read: ReadProblem, entry_point: str, declaration: str, prose: str, seed: str, shown: Collection[str]
) -> NewNames:
    """The new name of each name that is renamed; no two share one, and none is in use.

    Args:
        shown: the names in the prompt's code. Of a parameter that only the solution has, the prose does not speak.
    """
    kinds = {
        name: "local" if kind == "parameter" and name not in shown else kind for name, kind in read.names.items()
    }
    draw = random.Random(seed)
    used = {*read.taken, *read.names, *re.findall(r"\w+", prose)}
    code: dict[str, str] = {}
    told: dict[str, str] = {}
    for name in sorted(read.names, key=lambda name: (name != entry_point, name)):
        kind = kinds[name]
        is_word = bool(re.search(rf"(?<![\w']){re.escape(name)}(?![\w'])", prose))
        keeps_word = kind == "parameter" and is_word and len(name) > 1 and name.isalpha() and name.islower()
        candidates = list(_synonymous(name)) if kind != "local" and len(name) > 1 else []
        if name == entry_point and len(prose.split()) >= _FEWEST_WORDS:
            candidates += _neutral(name, declaration, draw)
        free = next((one for one in candidates if one not in used), None)
        if free is None:
            candidates = _letters(name, draw) if keeps_word else [*_candidates(name, kind, is_word, draw)]
            free = next(
                (one for one in candidates if one not in used and one != name and one.isidentifier()), None
            )
            if keeps_word and free is not None:
                told[name] = free
        if free is not None:
            code[name] = free
            used.add(free)
    spoken = {old: new for old, new in code.items() if old not in told and kinds[old] != "local"}
    return NewNames(code=code, prose=spoken, sentence=_sentence(told, declaration))


def _sentence(told: dict[str, str], declaration: str) -> str:
    """In the order of the parameters."""
    said = [f"{old} is called {told[old]}" for old in sorted(told, key=lambda one: _place(one, declaration))]
    if len(said) > 1:
        said = [f"{', '.join(said[:-1])} and {said[-1]}"]
    return f"In the code, {said[0]}." if said else ""


def _place(name: str, declaration: str) -> int:
    """Where a declaration names a parameter."""
    found = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", declaration.partition("(")[2])
    return found.start() if found else len(declaration)


def _neutral(name: str, declaration: str, draw: random.Random) -> list[str]:
    """Names for what is returned, in the name's own style."""
    result = declaration.rpartition(")")[2].strip(" {\n")
    kind = next(one for one in _NEUTRAL if result.startswith(one))
    names = draw.sample(_NEUTRAL[kind], len(_NEUTRAL[kind]))
    return [one if name[:1].isupper() else one[:1].lower() + one[1:] for one in names]


def _letters(name: str, draw: random.Random) -> list[str]:
    """A parameter's own letters first, then others; none that could be read as a word."""
    return [*(one for one in name if one not in "aio"), *draw.sample(_LETTERS, len(_LETTERS))]


def _candidates(name: str, kind: str, is_word: bool, draw: random.Random) -> Iterator[str]:
    """What a name without a synonym may become, the best first."""
    if kind == "type":
        yield from (f"{name}{one}" for one in draw.sample(_KINDS, len(_KINDS)))
    elif kind == "function":
        plain = name[:1].upper() + name[1:]
        for verb in draw.sample(_VERBS, len(_VERBS)):
            whole = f"{verb}_{name}" if "_" in name else f"{verb}{plain}"
            yield whole if name[:1].isupper() else whole[:1].lower() + whole[1:]
    elif len(name) == 1:
        if name not in "aAiI" or not is_word:
            yield from draw.sample(_LETTERS, len(_LETTERS))
    else:
        if kind == "parameter":
            yield from (f"{name}{end}" if "_" not in name else f"{name}_{end.lower()}" for end in ("In", "Given"))
        else:
            yield from _synonymous(name)
        names = draw.sample(_LOCALS, len(_LOCALS))
        yield from names
        yield from (f"{one}{place}" for place in range(2, 9) for one in names)


def _synonymous(name: str) -> Iterator[str]:
    """The name with every word that has a synonym replaced, in the name's own style."""
    words = _WORDS.findall(name)
    changed = [_styled(word, SYNONYMS.get(word.lower(), (word.lower(),))[0]) for word in words]
    if changed != words and len("".join(words)) == len(name.replace("_", "")):
        yield ("_" if "_" in name else "").join(changed)


def _styled(word: str, new: str) -> str:
    if word.isupper() and len(word) > 1:
        return word if new == word.lower() else new.upper()
    return new.capitalize() if word[:1].isupper() else new


def renamed_prose(text: str, names: dict[str, str], kinds: dict[str, str]) -> str:
    """Prose with the names replaced where they stand as whole words.

    An entry point that is a plain word, such as `Add`, is a name only before a bracket, in "Implement Add, which" and
    in "the function Add": "Add two numbers" stays.
    """
    for old, new in _by_length(names):
        if kinds[old] == "function" and len(_WORDS.findall(old)) == 1:
            name = re.escape(old)
            text = re.sub(
                rf"(?<![\w.]){name}(?=\()|(?<=Implement ){name}(?=, which )|(?<=[Ff]unction ){name}(?!\w)",
                f"\0{new}\0",
                text,
            )
        else:
            text = re.sub(rf"(?<![\w’']){re.escape(old)}(?![\w’])", f"\0{new}\0", text)
    return text.replace("\0", "")


def _by_length(names: dict[str, str]) -> Sequence[tuple[str, str]]:
    return sorted(names.items(), key=lambda item: (-len(item[0]), item[0]))

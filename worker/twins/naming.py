"""New names for what a problem declares: synonyms where prose speaks of them, so that the prompt still reads well.

In: a problem as read, its prose and a seed. Out: a new name for each old one that is renamed. A name that stands in
the prose as a plain word and has no synonym here is kept, because renaming it would garble the prose.
"""

import random
import re
from collections.abc import Iterator, Sequence

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
    "sorted": ("ordered",), "remove": ("drop",), "reverse": ("flip",), "compare": ("match",), "check": ("examine",),
    "is": ("checks",), "make": ("build",), "build": ("make",), "parse": ("read",), "filter": ("select",),
    "strings": ("texts",), "concatenate": ("join",), "separate": ("divide",), "split": ("divide",),
    "close": ("near",), "greatest": ("largest",), "largest": ("biggest",), "smallest": ("least",),
    "encrypt": ("encipher",), "encode": ("cipher",), "decode": ("decipher",), "change": ("convert",),
    "convert": ("turn",), "generate": ("produce",), "select": ("choose",), "total": ("overall",),
    "digits": ("figures",), "product": ("multiple",), "unique": ("distinct",), "common": ("shared",),
    "below": ("under",), "above": ("over",),
    "next": ("following",), "closest": ("nearest",), "longest": ("lengthiest",),
    "merge": ("combine",), "match": ("pair",), "valid": ("correct",), "tell": ("say",), "can": ("may",),
    "after": ("past",), "best": ("finest",), "add": ("plus",), "all": ("every",), "any": ("some",),
}  # fmt: skip
"""Of the words that names are made of. The first one that is free is taken."""
_VERBS = ("Compute", "Derive", "Evaluate", "Solve")
_KINDS = ("Record", "Entry", "Item")
_LOCALS = (
    "alpha", "beta", "gamma", "delta", "kappa", "sigma", "omega", "first", "second", "third", "inner", "outer", "state",
    "entry", "mark", "slot", "unit", "piece", "node", "cell", "step", "part", "span", "rest", "head", "tail", "pos",
)  # fmt: skip
_LETTERS = "pqrtuvwxyzbcdeghjklmn"
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


def new_names(read: ReadProblem, entry_point: str, prose: str, seed: str) -> dict[str, str]:
    """The new name of each name that is renamed; no two share one, and none is in use."""
    draw = random.Random(seed)
    used = {*read.taken, *read.names, *re.findall(r"\w+", prose)}
    found: dict[str, str] = {}
    order = sorted(read.names, key=lambda name: (name != entry_point, name))
    for name in order:
        kind = read.names[name]
        is_word = bool(re.search(rf"(?<![\w']){re.escape(name)}(?![\w'])", prose))
        for new in _candidates(name, kind, is_word, draw):
            if new not in used and new != name and new.isidentifier():
                found[name] = new
                used.add(new)
                break
    return found


def _candidates(name: str, kind: str, is_word: bool, draw: random.Random) -> Iterator[str]:
    """What a name may become, the best first."""
    if kind in ("function", "type"):
        yield from _synonymous(name)
        if kind == "type":
            yield from (f"{name}{one}" for one in draw.sample(_KINDS, len(_KINDS)))
            return
        verbs = list(_VERBS)
        draw.shuffle(verbs)
        plain = name[:1].upper() + name[1:]
        for verb in verbs:
            whole = f"{verb}_{name}" if "_" in name else f"{verb}{plain}"
            yield whole if name[:1].isupper() else whole[:1].lower() + whole[1:]
        return
    if len(name) == 1:
        if name in "aAiI" and is_word:
            return
        yield from draw.sample(_LETTERS, len(_LETTERS))
        return
    yield from _synonymous(name)
    if kind == "parameter" and is_word and name.isalpha() and name.islower():
        return
    if kind == "parameter":
        yield from (f"{name}{end}" if "_" not in name else f"{name}_{end.lower()}" for end in ("In", "Given"))
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

    An entry point that is a plain word, such as `Add`, is a name only before a bracket: "Add two numbers" stays.
    """
    for old, new in _by_length(names):
        if kinds[old] == "local":
            continue
        if kinds[old] == "function" and len(_WORDS.findall(old)) == 1:
            text = re.sub(rf"(?<![\w.]){re.escape(old)}(?=\()", f"\0{new}\0", text)
        else:
            text = re.sub(rf"(?<![\w’']){re.escape(old)}(?![\w’])", f"\0{new}\0", text)
    return text.replace("\0", "")


def _by_length(names: dict[str, str]) -> Sequence[tuple[str, str]]:
    return sorted(names.items(), key=lambda item: (-len(item[0]), item[0]))

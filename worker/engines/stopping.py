"""Where a sample ends, decided on its text as it arrives piece by piece: scanners for the two stop rules.

`GoBodyStop` follows Go's lexical form only: strings, raw strings, runes and comments hide the braces in them. It never
parses, so it also reads text that is not Go, and then simply never stops. `FenceStop` waits until the fenced block that
answers is closed, by the rules by which the ruler reads answers (docs/problem-sets.md): no fence of a thought, of
another language or of a usage example ends a sample. No torch.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Protocol

from worker.engines.request import StopRule

READ_ON = 400
"""Characters that a server's sample may go on after its answer: time for a correction to begin, or for the end of a
thought whose beginning stood in the prompt."""
OTHER_LANGUAGES = frozenset(
    re.findall(
        r"\S+",
        "bash sh shell zsh console terminal powershell cmd text txt plaintext plain output json yaml toml xml html sql "
        "diff mod makefile dockerfile python py javascript js typescript ts java c cpp c++ csharp c# rust ruby php "
        "mermaid math",
    )
)
"""Those of worker/ruler/go/assemble/fence.go."""
_MARKDOWN = frozenset({"markdown", "md", "mdx"})
_THOUGHT = "(?:think(?:ing)?|thoughts?|reason(?:ing)?|reflection|scratchpad|monologue|analysis|plan(?:ning)?|cot)"
_TAG = rf"[\w:-]{{0,24}}?{_THOUGHT}"
_MESSAGE = r"[^<\n]*(?:<\|constrain\|>[^<\n]*)?<\|message\|>"
OPEN_THOUGHT = re.compile(
    rf"(?:<|&lt;){_TAG}(?:\s[^<>\n]{{0,60}}[^<>\n/])?(?:>|&gt;)|(?-i:\[(?:THINK(?:ING)?|REASONING)\])|◁think▷"
    rf"|<\|(?:begin|start)[_▁](?:of[_▁])?{_THOUGHT}\|>|<\|{_THOUGHT}(?:[_▁](?:begin|start))?\|>|<\|channel>|<unused94>"
    rf"|<\|channel\|>\s*(?!final)\w+{_MESSAGE}|<\|im_start\|>think\n",
    re.IGNORECASE,
)
CLOSE_THOUGHT = re.compile(
    rf"(?:<|&lt;)/{_TAG}\s*(?:>|&gt;)|(?-i:\[/(?:THINK(?:ING)?|REASONING)\])|◁/think▷"
    rf"|<\|end[_▁](?:of[_▁])?{_THOUGHT}\|>|<\|(?:/{_THOUGHT}|{_THOUGHT}[_▁]end)\|>|<channel\|>|<unused95>"
    rf"|<\|channel\|>\s*final{_MESSAGE}|<\|im_start\|>answer\n",
    re.IGNORECASE,
)
"""Those of worker/ruler/go/assemble/clean.go."""
OPEN_FENCE = re.compile(
    r"(?:^[ \t>]*(?:(?:[-*+]|\d{1,3}[.)])[ \t]+)*(?P<fence>`{3,}|~{3,})(?P<info>[^`\n]*)"
    r"|(?P<inline>`{3,})(?P<language>[a-zA-Z][\w+#-]*)[ \t]*)\n",
    re.MULTILINE,
)
"""The line that opens a block: a fence that begins a line, be it in a list or a quotation, with any words after it, or
elsewhere a fence with a language. Any other fence within a line is code within prose."""
_MARKS = frozenset("`~>;]▷\n")
"""The last characters of all that the patterns here find."""
_LANGUAGE = re.compile(r"[ \t]*\{?[ \t]*\.?([A-Za-z][\w+#-]*)")
_HIDING = re.compile(
    r"(?P<fence>`{3,}|^[ \t>]*~{3,})|//[^\n]*|/\*.*?(?:\*/|\Z)|\"(?:\\.|[^\"\\\n])*(?:\"|$)|'(?:\\.|[^'\\\n])*(?:'|$)"
    r"|`[^`]*(?:(?=```)|`|\Z)",
    re.DOTALL | re.MULTILINE,
)
"""In a block: a fence, or what of Go may hide one. Three backquotes are valid nowhere else in Go."""
_LINE_FENCE = re.compile(r"^[ \t>]*(?P<fence>`{3,}|~{3,})", re.MULTILINE)
_FUNCTION = re.compile(r"^[ \t>]*func[ \t]*(?:\([^()\n]*\)[ \t]*)?(\w+)[ \t]*[\[(]", re.MULTILINE)

_DECLARED = re.compile(r"^(?:func|type|var|const)[ \t]+(\w+)\b", re.MULTILINE)
_NAME = re.compile(r"\w+")
_TYPE_BRACES = re.compile(r"\b(?:interface|struct)[ \t]*\{[^{}]*\}")
"""Braces of a signature, which are no function's body."""


class Scanner(Protocol):
    """Reads one sample's text as it grows."""

    def feed(self, text: str) -> int | None:
        """Read on. Once the sample is complete: the index in all text so far at which it ends."""
        ...

    def finish(self) -> int | None:
        """The text is over: where the sample ends, if that is before its end."""
        ...


def scanner(rule: StopRule, prompt: str = "", read_on: int = 0) -> Scanner | None:
    """A fresh scanner; None where only the model's end of text counts. A block has to declare the last function of
    `prompt`, if it has one. `read_on`: how far a sample may go on after its block, for a better one."""
    if rule is StopRule.GO_BODY:
        return GoBodyStop()
    return FenceStop(_FUNCTION.findall(prompt)[-1:], read_on) if rule is StopRule.CODE_BLOCK else None


class _In(Enum):
    CODE = auto()
    STRING = auto()
    RUNE = auto()
    RAW = auto()
    LINE_COMMENT = auto()
    BLOCK_COMMENT = auto()


_OPENS = {'"': _In.STRING, "'": _In.RUNE, "`": _In.RAW}
_CLOSES = {_In.STRING: '"', _In.RUNE: "'", _In.RAW: "`"}


class GoBodyStop:
    """Finds the end of the function body that the prompt opened. One instance reads one sample."""

    def __init__(self, depth: int = 1) -> None:
        """`depth`: how many braces the prompt left open."""
        self._depth = depth
        self._in = _In.CODE
        self._read = 0
        self._before = ""
        self._escaped = False

    def feed(self, text: str) -> int | None:
        """Read on. Once the body is complete: the index in all text so far just after its closing brace."""
        for character in text:
            self._read += 1
            if self._in is not _In.CODE:
                self._hidden(character)
            elif self._closes_body(character):
                return self._read
        return None

    def finish(self) -> None:
        """A body that is not closed by now ends with the text."""

    def _closes_body(self, character: str) -> bool:
        if character in _OPENS:
            self._enter(_OPENS[character])
        elif self._before == "/" and character in "/*":
            self._enter(_In.LINE_COMMENT if character == "/" else _In.BLOCK_COMMENT)
        else:
            self._before = character
            self._depth += {"{": 1, "}": -1}.get(character, 0)
            return character == "}" and self._depth <= 0
        return False

    def _hidden(self, character: str) -> None:
        if self._escaped and character != "\n":
            self._escaped = False
        elif character == "\\" and self._in in (_In.STRING, _In.RUNE):
            self._escaped = True
        elif character == _CLOSES.get(self._in):
            self._leave()
        elif self._in is _In.BLOCK_COMMENT:
            if self._before == "*" and character == "/":
                self._leave()
            else:
                self._before = character
        elif character == "\n" and self._in is not _In.RAW:
            # Strings and runes end with their line: what follows an unclosed one is code again.
            self._leave()

    def _enter(self, place: _In) -> None:
        self._in, self._before, self._escaped = place, "", False

    def _leave(self) -> None:
        self._in, self._before = _In.CODE, ""


@dataclass(frozen=True, kw_only=True)
class CodeBlock:
    """A fenced block: where its opening line, its code, the code's end and what follows the closing fence begin."""

    opens: int
    start: int
    end: int
    closes: int
    joined: tuple[str, ...] = ()
    """Code of later blocks that declares what this one names; then `closes` is where the last of them is over."""


class FenceStop:
    """Finds the end of the fenced block that answers. One instance reads one sample."""

    def __init__(self, names: Sequence[str] = (), read_on: int = 0) -> None:
        """`names`: functions of which the block must declare one; without any, any function will do."""
        self._names, self._read_on = names, read_on
        self._text = ""
        self._due: float = math.inf
        """How long the text has to be for its answer to count without another mark."""

    def feed(self, text: str) -> int | None:
        """Read on. Once the block is closed: the index in all text so far just after its closing fence."""
        self._text += text
        if _MARKS.isdisjoint(text) and len(self._text) < self._due:
            return None
        block, is_over = last_answer(self._text, self._names, self._read_on)
        self._due = block.closes + self._read_on if block else math.inf
        return block.closes if block and is_over else None

    def finish(self) -> int | None:
        """The end of the last block that answers, if there is one."""
        block, _ = last_answer(self._text, self._names, self._read_on)
        return block.closes if block else None


def last_answer(text: str, names: Sequence[str] = (), read_on: int = 0) -> tuple[CodeBlock | None, bool]:
    """The block that answers, and whether the text has gone on long enough after it. Cutting the text anywhere behind
    that changes nothing."""
    at, answer, wanted = 0, None, names
    while True:
        limit = len(text) if answer is None else min(len(text), answer.closes + read_on)
        thought = _search(OPEN_THOUGHT, text, at, limit)
        ended = _search(CLOSE_THOUGHT, text, at, limit)
        fence = _search(OPEN_FENCE, text, at, limit)
        event = min(
            (found for found in (thought, ended, fence) if found), key=lambda found: found.start(), default=None
        )
        if event is None:
            return answer, answer is not None and len(text) >= answer.closes + read_on
        if event is ended:
            answer, at, wanted = None, event.end(), names  # all before was a thought
        elif event is thought:
            end = CLOSE_THOUGHT.search(text, event.end())
            if end is None:
                return answer, False
            at = end.end()
        elif _language(event) in _MARKDOWN:
            at = event.end()
        else:
            block = _block(text, event)
            if block is None:
                return answer, False
            code = text[block.start : block.end]
            if _answers(code, _language(event), wanted):
                answer, wanted = block, wanted or _FUNCTION.findall(code)
            elif answer is not None and not _completes(code, _language(event), text[answer.start : answer.end]):
                return answer, True
            elif answer is not None:
                answer = replace(answer, closes=block.closes, joined=(*answer.joined, code))
            at = block.closes
            if answer is block and not read_on:
                return answer, True


def _completes(code: str, language: str, answer: str) -> bool:
    """Whether a block behind the answer declares what that names and does not declare itself: a helper, a type."""
    declared = set(_DECLARED.findall(code)) - set(_DECLARED.findall(answer))
    return language not in OTHER_LANGUAGES and not declared.isdisjoint(_NAME.findall(answer))


def without_thoughts(text: str) -> str:
    """What was said aloud: after the last thought, and around those before; nothing of one that is never closed."""
    spoken, at = "", 0
    while ended := CLOSE_THOUGHT.search(text, at):
        begun = OPEN_THOUGHT.search(text, at, ended.start())
        spoken, at = spoken + text[at : begun.start()] if begun else "", ended.end()
    begun = OPEN_THOUGHT.search(text, at)
    return spoken + (text[at : begun.start()] if begun else text[at:])


def _search(pattern: re.Pattern[str], text: str, at: int, limit: int) -> re.Match[str] | None:
    """A match that begins before the limit; it may reach beyond."""
    found = pattern.search(text, at)
    return found if found is not None and found.start() <= limit else None


def _language(opening: re.Match[str]) -> str:
    named = _LANGUAGE.match(opening["info"] or "")
    return (opening["language"] or (named[1] if named else "")).lower()


def _block(text: str, opening: re.Match[str]) -> CodeBlock | None:
    """The block behind its opening line; None while it is not closed."""
    fence, start = opening["fence"] or opening["inline"], opening.end()
    pattern = _LINE_FENCE if _language(opening) in OTHER_LANGUAGES else _HIDING
    for found in pattern.finditer(text, start):
        mark = found["fence"]
        if mark is None or not mark.lstrip(" \t>").startswith(fence):
            continue
        code = text[start : found.start("fence")]
        thoughts = len(OPEN_THOUGHT.findall(code)) - len(CLOSE_THOUGHT.findall(code))
        if not code.strip(" \t\r\n>"):
            start = found.end()  # opened twice
        elif thoughts <= 0:
            closes = found.end("fence") - len(mark.lstrip(" \t>")) + len(fence)
            return CodeBlock(opens=opening.start(), start=start, end=found.start("fence"), closes=closes)
    return None


def _answers(code: str, language: str, names: Sequence[str]) -> bool:
    """Whether a block can be the answer: Go that declares the function, or goes on inside it and closes it."""
    if language in OTHER_LANGUAGES:
        return False
    declared = _FUNCTION.findall(code)
    if not declared:
        return GoBodyStop().feed(code) is not None
    # A signature alone is spoken of, and no answer.
    return bool(set(declared) & set(names) if names else declared) and "{" in _TYPE_BRACES.sub("", code)

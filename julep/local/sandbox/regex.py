"""Regular expressions for expressions: RE2's, which take linear time whatever the pattern."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Protocol, cast

import re2  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs] - google-re2 ships no annotations

from .budget import LimitExceeded, budget, pay_for, ticking

_MAX_WORK = 100_000_000  # program size times text length: about a second


class Match(Protocol):
    """A match, as the standard library's `re.Match` in the parts used here."""

    def group(self, group: int = 0, /) -> str:
        """Return the text of a group."""
        ...

    def groups(self) -> tuple[str | None, ...]:
        """Return the texts of all groups."""
        ...

    def start(self) -> int:
        """Return where the match starts."""
        ...

    def end(self) -> int:
        """Return where the match ends."""
        ...

    def expand(self, template: str) -> str:
        """Return the template with its group references filled."""
        ...


class _Pattern(Protocol):
    groups: int
    programsize: int

    def search(self, text: str) -> Match | None: ...
    def match(self, text: str) -> Match | None: ...
    def fullmatch(self, text: str) -> Match | None: ...
    def finditer(self, text: str) -> Iterator[Match]: ...


_re2: Any = re2
_a_match: object = _re2.match("", "")
MATCH_TYPE: type[object] = type(_a_match)  # it has no public name
escape: Callable[[str], str] = _re2.escape
error: type[Exception] = _re2.error


def _options() -> object:
    options = _re2.Options()
    options.log_errors = False
    options.max_mem = 1 << 20
    return options


def _compiled(pattern: str, text: str) -> _Pattern:
    budget().look()
    compiled = cast("_Pattern", _re2.compile(pattern, options=_options()))
    if compiled.programsize * len(text) > _MAX_WORK:
        raise LimitExceeded("The pattern is too big for a text that long")
    return compiled


def search(pattern: str, string: str) -> Match | None:
    """Return the first match anywhere in the text, or None."""
    return _compiled(pattern, string).search(string)


def match(pattern: str, string: str) -> Match | None:
    """Return the match at the text's start, or None."""
    return _compiled(pattern, string).match(string)


def fullmatch(pattern: str, string: str) -> Match | None:
    """Return the match of the whole text, or None."""
    return _compiled(pattern, string).fullmatch(string)


def finditer(pattern: str, string: str) -> list[Match]:
    """Return all matches, left to right."""
    found: list[Match] = list(ticking(_compiled(pattern, string).finditer(string)))
    budget().allocate(500 * len(found))
    return found


def findall(pattern: str, string: str) -> list[str | tuple[str, ...]]:
    """Return the matched texts; the groups' texts where the pattern has groups."""
    found = finditer(pattern, string)
    groups = [tuple(group or "" for group in each.groups()) for each in found]
    if groups and not groups[0]:
        return [each.group() for each in found]
    return [group[0] if len(group) == 1 else group for group in groups]


def split(pattern: str, string: str, maxsplit: int = 0) -> list[str | None]:
    """Return the texts between the matches, with those of groups among them."""
    pieces: list[str | None] = []
    end = 0
    for found in _first(finditer(pattern, string), maxsplit):
        pieces.append(string[end : found.start()])
        pieces.extend(found.groups())
        end = found.end()
    return [*pieces, string[end:]]


def subn(pattern: str, repl: str, string: str, count: int = 0) -> tuple[str, int]:
    """Return the text with matches replaced, and how many there were."""
    pieces: list[str] = []
    end = 0
    matches = _first(finditer(pattern, string), count)
    for found in matches:
        budget().look()
        pay_for(len(repl) + repl.count("\\") * len(found.group()))
        pieces += string[end : found.start()], found.expand(repl)
        end = found.end()
    return "".join([*pieces, string[end:]]), len(matches)


def sub(pattern: str, repl: str, string: str, count: int = 0) -> str:
    """Return the text with matches replaced."""
    return subn(pattern, repl, string, count)[0]


def _first(matches: list[Match], count: int) -> list[Match]:
    return matches[:count] if count > 0 else matches

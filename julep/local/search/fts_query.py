"""Text queries: what people type into search fields, and how FTS5 wants it."""

from __future__ import annotations

import re
from itertools import islice

import attrs

from julep.local.models.keywords import STOP_WORDS, keywords

# Many thousands of terms take FTS5 minutes.
_MOST_TERMS = 100
_WORD = re.compile(r"\w+")
_TERM = re.compile(r'(-?)"([^"]*)"?|(\S+)')


@attrs.frozen
class Term:
    """A word, or several that stand one after the other."""

    words: tuple[str, ...]
    excluded: bool = False

    def as_fts5(self) -> str:
        """Return the term as FTS5 wants it; quotes keep words from being operators."""
        return f'"{" ".join(self.words)}"'


@attrs.frozen
class Query:
    """Groups of terms: a text fits that has all terms of one group, and none that it excludes."""

    groups: tuple[tuple[Term, ...], ...]

    def __bool__(self) -> bool:
        return bool(self.groups)

    def as_fts5(self) -> str:
        """Return the query as FTS5 wants it."""
        return " OR ".join(f"({_as_fts5(group)})" for group in self.groups)


def any_of(text: str, most: int = 25) -> Query:
    """Return the query for texts with any keyword of this one; empty if it has none."""
    words = list(dict.fromkeys(keywords(text)))[:most]
    return Query(tuple((Term((word,)),) for word in words))


def websearch(query: str) -> Query:
    """Return the query for what people type into search fields; empty if there's nothing in it.

    Words must all be there; "quoted words" in that order; `OR` between two gives the choice; `-`
    before one excludes it. Every other character is text. Only the first 100 terms count.
    """
    groups: list[list[Term]] = [[]]
    for match in islice(_TERM.finditer(query), _MOST_TERMS):
        minus, phrase, word = match.groups(default="")
        if word.lower() == "or":
            groups.append([])
        elif words := _words(phrase, word):
            groups[-1].append(Term(words, excluded=bool(minus) or word.startswith("-")))
    # FTS5 can only exclude from something.
    found = [group for group in groups if not all(term.excluded for term in group)]
    # A word that is said again asks for nothing more.
    return Query(tuple(tuple(dict.fromkeys(group)) for group in found))


def _words(phrase: str, word: str) -> tuple[str, ...]:
    words = tuple(_WORD.findall(phrase or word)[:_MOST_TERMS])
    if not phrase and len(words) == 1 and words[0].lower() in STOP_WORDS:
        return ()
    return words


def _as_fts5(group: tuple[Term, ...]) -> str:
    wanted = [term.as_fts5() for term in group if not term.excluded]
    unwanted = [term.as_fts5() for term in group if term.excluded]
    return " NOT ".join([" AND ".join(wanted), *unwanted])

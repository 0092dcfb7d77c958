"""Search queries as FTS5 wants them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice

from julep.local.models.keywords import STOP_WORDS, keywords

# Many thousands of terms take FTS5 minutes.
_MOST_TERMS = 100
_WORD = re.compile(r"\w+")
_TERM = re.compile(r'(-?)"([^"]*)"?|(\S+)')


def any_of(text: str, most: int = 25) -> str:
    """A query of FTS5 for texts with any keyword of this one; empty if it has none."""
    return " OR ".join(f'"{word}"' for word in list(dict.fromkeys(keywords(text)))[:most])


def websearch(query: str) -> str:
    """A query of FTS5 for what people type into search fields; empty if there's nothing in it.

    Words must all be there; "quoted words" in that order; `OR` between two gives the choice; `-`
    before one excludes it. Every other character is text. Only the first 100 terms count.
    """
    groups: list[list[tuple[bool, str]]] = [[]]
    for match in islice(_TERM.finditer(query), _MOST_TERMS):
        minus, phrase, word = match.groups(default="")
        if word.lower() == "or":
            groups.append([])
        elif term := _term(phrase, word):
            groups[-1].append((bool(minus) or word.startswith("-"), term))
    return " OR ".join(f"({group})" for each in groups if (group := _group(each)))


def _term(phrase: str, word: str) -> str:
    if phrase:
        words = _WORD.findall(phrase)
    else:
        words = _WORD.findall(word)
        if len(words) == 1 and words[0].lower() in STOP_WORDS:
            return ""
    return f'"{" ".join(words[:_MOST_TERMS])}"' if words else ""


def _group(terms: Iterable[tuple[bool, str]]) -> str:
    wanted = [term for excluded, term in terms if not excluded]
    unwanted = [term for excluded, term in terms if excluded]
    # FTS5 can only exclude from something.
    return " NOT ".join([" AND ".join(wanted), *unwanted]) if wanted else ""

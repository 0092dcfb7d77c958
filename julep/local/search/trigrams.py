"""How alike two texts are by their runs of three letters, which typing errors change little."""

from __future__ import annotations

import re
from functools import lru_cache

_LONGEST_KEPT = 100  # characters: titles and queries come again, other texts seldom
_WORD = re.compile(r"\w+")


def similarity(one: str, other: str) -> float:
    """Return the share of runs that two texts have in common, 0..1; as pg_trgm has it."""
    first, second = _runs(one), _runs(other)
    together = len(first | second)
    return len(first & second) / together if together else 0.0


def letters(text: str, most: int = 60) -> list[str]:
    """Return the runs of three letters within the words of a text, each once."""
    words = _WORD.findall(text.lower())
    runs = (word[at : at + 3] for word in words for at in range(len(word) - 2))
    return list(dict.fromkeys(runs))[:most]


def _runs(text: str) -> frozenset[str]:
    # Thousands of long texts and their runs would fill the memory.
    return _kept_trigrams(text) if len(text) <= _LONGEST_KEPT else _trigrams(text)


@lru_cache(maxsize=8192)
def _kept_trigrams(text: str) -> frozenset[str]:
    return _trigrams(text)


def _trigrams(text: str) -> frozenset[str]:
    padded = (f"  {word} " for word in _WORD.findall(text.lower()))
    return frozenset(word[at : at + 3] for word in padded for at in range(len(word) - 2))

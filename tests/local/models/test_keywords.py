"""The words of a text that carry its meaning."""

from __future__ import annotations

import pytest

from julep.local.models.keywords import keywords


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The Cat, and the DOG-house!", ["cat", "dog", "house"]),
        ("cat dog cat", ["cat", "dog", "cat"]),
        ("can't 2nd_time", ["2nd_time"]),
        ("Über 中文", ["über", "中文"]),
        ("the of AND", []),
        ("", []),
    ],
)
def test_words_that_every_text_has_are_left_out(text: str, words: list[str]) -> None:
    """The others are in lower case, in their order, as often as they come."""
    assert keywords(text) == words

"""Vectors made from words."""

from __future__ import annotations

import pytest

from julep.local.models.embeddings import HashingVectors
from tests.local.turns import turns_beside


@pytest.mark.parametrize(
    "texts",
    [[" ".join(f"w{number}" for number in range(20_000))], ["中文" * 60_000], ["a piece"] * 100],
    ids=["many words", "one word", "many texts"],
)
def test_others_are_answered_while_texts_are_hashed(texts: list[str]) -> None:
    """The work is done in pieces, of words and within one, and text by text."""
    turns = turns_beside(lambda: HashingVectors().vectors(texts))
    assert turns >= max(len(texts), len(texts[0]) // 10_000)

"""Vectors made from words."""

from __future__ import annotations

import anyio
import anyio.lowlevel
import pytest

from julep.local.models.embeddings import HashingVectors


@pytest.mark.parametrize(
    "texts",
    [[" ".join(f"w{number}" for number in range(20_000))], ["中文" * 60_000], ["a piece"] * 100],
    ids=["many words", "one word", "many texts"],
)
def test_others_are_answered_while_texts_are_hashed(texts: list[str]) -> None:
    """The work is done in pieces, of words and within one, and text by text."""
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            await anyio.lowlevel.checkpoint()

    async def play() -> None:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(count)
            await HashingVectors().vectors(texts)
            tasks.cancel_scope.cancel()

    anyio.run(play)
    assert turns >= max(len(texts), len(texts[0]) // 10_000)

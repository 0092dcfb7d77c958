"""How alike two texts are, and the runs of letters that candidates are found by."""

from __future__ import annotations

import pytest

from julep.local.search.trigrams import letters, similarity


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("word", "two words", 4 / 11),  # the example of PostgreSQL's manual
        ("word", "word", 1.0),
        ("Word, WORD!", "word", 1.0),
        ("cat", "dog", 0.0),
        ("a", "b", 0.0),
        ("cat", "", 0.0),
        ("", "", 0.0),
        ("...", "!!", 0.0),
        ("library", "libary", 5 / 10),
    ],
)
def test_the_share_of_common_runs(one: str, other: str, expected: float) -> None:
    """Words count without case, order and punctuation; each has two blanks before, one behind."""
    assert similarity(one, other) == pytest.approx(expected)
    assert similarity(other, one) == similarity(one, other)


def test_long_texts_are_compared_as_short_ones_are() -> None:
    """Whether their runs are kept for the next time or not."""
    long = " ".join(f"word{number}" for number in range(50))
    assert similarity(long, long) == 1
    assert 0 < similarity(long, "word1") < 0.1


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("Hours of Üb", ["hou", "our", "urs"]),
        ("open, open opener", ["ope", "pen", "ene", "ner"]),
        ("an of it", []),
        ("", []),
    ],
)
def test_runs_lie_within_words(text: str, runs: list[str]) -> None:
    """In lower case, each once, in the order of the text; shorter words have none."""
    assert letters(text) == runs


def test_of_many_runs_the_first_are_taken() -> None:
    """A long text is looked for by so many."""
    assert letters("abcdefgh", most=3) == ["abc", "bcd", "cde"]
    assert len(letters("".join(map(chr, range(0x4E00, 0x4F00))))) == 60

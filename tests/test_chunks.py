"""Texts are cut where their authors would cut them, and nothing of them is lost."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import julep

SENTENCE = "These are some words that say little. "
PARAGRAPH = SENTENCE * 5


def cut(text: str, size: int, overlap: int = 0) -> list[str]:
    """The pieces of a text."""
    return julep.chunks(text, size, overlap)


@settings(max_examples=100)
@given(st.text(alphabet="ab. \n#`=é。", max_size=200), st.integers(1, 40), st.data())
def test_pieces_are_parts_of_the_text_that_cover_it(
    text: str, size: int, data: st.DataObject
) -> None:
    """In their order, none too long, and each with something new and no more than the overlap."""
    overlap = data.draw(st.integers(0, size - 1))
    end = 0
    for piece in cut(text, size, overlap):
        assert 0 < len(piece) <= size
        assert piece == piece.strip()
        starts = range(max(0, end - overlap), len(text))
        start = next(
            at
            for at in starts
            if text.startswith(piece, at) and not text[end:at].strip() and at + len(piece) > end
        )
        end = start + len(piece)
    assert not text[end:].strip()


def test_a_short_text_is_one_piece() -> None:
    """And one of white space is none."""
    assert cut(" a\n\n# b\nc \n", 100) == ["a\n\n# b\nc"]
    assert cut(" \n\t", 100) == []
    assert julep.chunks(PARAGRAPH) == [PARAGRAPH.strip()]


def test_headings_begin_pieces() -> None:
    """Short sections are put together, and a piece ends before a heading rather than behind it."""
    sections = [f"# Part {number}\n\n{PARAGRAPH}\n\n" for number in range(4)]
    one = len(sections[0])
    ended_otherwise = cut("".join(sections).replace("\n", "\r\n"), one + 60)
    assert [piece.replace("\r", "") for piece in ended_otherwise] == cut(
        "".join(sections), one + 50
    )
    assert cut("".join(sections), one + 50) == [section.strip() for section in sections]
    assert cut("".join(sections), 2 * one + 50) == [
        "".join(sections[:2]).strip(),
        "".join(sections[2:]).strip(),
    ]
    underlined = f"{PARAGRAPH}\n\nPart 2\n======\n\n{PARAGRAPH}"
    assert cut(underlined, 300)[1].startswith("Part 2\n===")


def test_code_has_no_headings() -> None:
    """A comment within a fence begins no section."""
    code = f"{SENTENCE * 2}\n```\n# no heading\nx = 1\n```\n{SENTENCE * 3}"
    assert not any(piece.startswith("# no") for piece in cut(code, 120))


@pytest.mark.parametrize(
    ("between", "size", "end"),
    [
        ("\n\n", 300, "little."),
        ("\r\n\r\n", 300, "little."),
        (" ", 310, "little."),
        ("\n", 300, "little."),
        ("", 300, "little."),
    ],
)
def test_paragraphs_and_sentences_end_pieces(between: str, size: int, end: str) -> None:
    """A piece ends with a paragraph, or at least with a sentence."""
    pieces = cut((PARAGRAPH.strip() + " " + between) * 6, size)
    assert all(piece.endswith(end) for piece in pieces)
    assert all(piece.startswith("These") for piece in pieces)


def test_words_are_cut_only_if_nothing_else_helps() -> None:
    """A word that is longer than a piece is."""
    assert cut("one two three four", 9) == ["one two", "three", "four"]
    assert cut("x" * 25, 10) == ["x" * 10, "x" * 10, "x" * 5]
    assert cut("===。===", 6, 5) == ["===。", "===。==", "==="]
    assert cut("x" * 16, 10, 4) == ["x" * 10, "x" * 10]


def test_a_piece_repeats_the_end_of_the_one_before() -> None:
    """From a sentence on, if one begins there, else from a word on; never before a heading."""
    text = "One is here. Two is here. Three is here. Four is here."
    assert cut(text, 28, 15) == [
        "One is here. Two is here.",
        "Two is here. Three is here.",
        "Three is here. Four is here.",
    ]
    assert cut("alpha beta gamma delta", 12, 6) == ["alpha beta", "beta gamma", "gamma delta"]
    section = f"{PARAGRAPH}\n\n# Next\n\n{PARAGRAPH}"
    assert cut(section, 250, 100)[1].startswith("# Next")


def test_other_scripts_have_sentences_too() -> None:
    """They end without a space."""
    text = "これは一つの文です。" * 10
    assert set(cut(text, 25)) == {"これは一つの文です。" * 2}


BAD: list[tuple[tuple[Any, ...], type[Exception], str]] = [
    ((5,), TypeError, "text must be a str, not int"),
    (("a", 0), ValueError, "size must be 1 or more"),
    (("a", 1.5), TypeError, "size must be a whole number"),
    (("a", 5, 5), ValueError, "overlap must be 0 or more and less than size, not 5"),
    (("a", 5, -1), ValueError, "overlap must be 0 or more"),
]


@pytest.mark.parametrize(("arguments", "kind", "fault"), BAD)
def test_what_cannot_be_cut_is_told(
    arguments: tuple[Any, ...], kind: type[Exception], fault: str
) -> None:
    """By name and value."""
    with pytest.raises(kind, match=fault):
        julep.chunks(*arguments)

"""Ranks by how near to each other the words of a query stand."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TypeAlias

import numpy as np
import pytest

from julep.local.search.cover_density import Places, Wanted, ranks, wanted
from julep.local.search.fts_query import websearch


def asked(typed: str, stems: Mapping[str, Sequence[str]] | None = None) -> Wanted:
    """What somebody typed, whose words are their own stems unless told."""
    query = websearch(typed)
    words = [word for group in query.groups for term in group for word in term.words]
    return wanted(query, stems or {word: [word] for word in words})


Place: TypeAlias = tuple[str, int, float]


def at(**positions: Sequence[int]) -> list[Place]:
    """Words at positions, of weight 1."""
    return [(word, spot, 1.0) for word, spots in positions.items() for spot in spots]


def ranked(texts: Sequence[Sequence[Place]], query: Wanted) -> list[float]:
    """The ranks of texts, each given by the places of words in it."""
    codes = query.words()
    rows = [
        (number, codes.index(word), position, weight)
        for number, text in enumerate(texts)
        for word, position, weight in text
        if word in codes
    ]
    columns = np.array(rows).reshape(-1, 4).T
    texts_, words, positions = columns[:3].astype(np.int64)
    return ranks(Places(texts_, words, positions, columns[3]), query, len(texts))


def rank(places: Sequence[Place], query: Wanted) -> float:
    """The rank of one text."""
    (only,) = ranked([places], query)
    return only


@pytest.mark.parametrize(
    ("typed", "places", "covers"),
    [
        pytest.param("cat", at(cat=[4]), [1.0], id="one word"),
        pytest.param("cat", at(cat=[4, 9]), [1.0, 1.0], id="the same twice"),
        pytest.param("cat dog", at(cat=[1], dog=[2]), [1.0], id="side by side"),
        pytest.param("cat dog", at(cat=[1], dog=[4]), [1 / 3], id="two words between"),
        pytest.param("cat dog", at(dog=[1], cat=[4]), [1 / 3], id="in any order"),
        pytest.param("cat dog", at(cat=[1, 5], dog=[6]), [1.0], id="the shortest stretch"),
        pytest.param("cat dog", at(cat=[1, 3], dog=[2]), [1.0, 1.0], id="stretches that overlap"),
        pytest.param("cat dog", at(cat=[1]), [], id="a word is missing"),
        pytest.param("cat OR dog", at(dog=[1]), [1.0], id="either"),
        pytest.param('"cat dog"', at(cat=[1], dog=[2]), [1.0], id="a phrase"),
        pytest.param('"cat dog"', at(cat=[2], dog=[1]), [], id="a phrase, turned round"),
        pytest.param('"cat dog"', at(cat=[1], dog=[3]), [], id="a phrase with a gap"),
        pytest.param("cat -dog", at(cat=[1], dog=[2]), [1.0], id="what is excluded"),
        pytest.param("cat", [], [], id="nothing"),
    ],
)
def test_each_cover_adds_the_more_the_denser_it_is(
    typed: str, places: Sequence[Place], covers: Sequence[float]
) -> None:
    """A rank is the sum of covers, on a scale that ends before 1."""
    total = sum(covers)
    assert rank(places, asked(typed)) == pytest.approx(total / (total + 1))


def test_weights_count_by_their_harmonic_mean() -> None:
    """A word of a title weighs more than one of the content."""
    assert rank([("cat", 0, 0.4)], asked("cat")) == pytest.approx(0.4 / 1.4)
    mixed = [("cat", 0, 1.0), ("dog", 1, 0.4)]
    density = 2 / (1 / 1.0 + 1 / 0.4)
    assert rank(mixed, asked("cat dog")) == pytest.approx(density / (density + 1))


def test_the_order_of_places_does_not_matter() -> None:
    """They are sorted by position."""
    places = at(cat=[1, 8], dog=[2, 5])
    assert rank(places[::-1], asked("cat dog")) == rank(places, asked("cat dog"))


def test_of_very_many_places_the_first_count() -> None:
    """Sixty-four tell a text from others."""
    many = rank(at(cat=range(64)), asked("cat"))
    assert many == pytest.approx(64 / 65)
    assert rank(at(cat=range(1000)), asked("cat")) == many


def test_words_are_looked_for_by_their_stems() -> None:
    """One word may be several to the index; words that say nothing keep their distance."""
    stems = {"well": ["well"], "the": ["the"], "known": ["known"], "cats": ["cat"]}
    query = asked('"the well" cats', stems)
    assert query.groups == [[[("well", 1)], [("cat", 0)]]]
    assert query.words() == ["well", "cat"]


@pytest.mark.parametrize(
    ("typed", "groups"),
    [
        pytest.param('"to be"', [[[("to", 0), ("be", 1)]]], id="a phrase of such words alone"),
        pytest.param("unknown", [], id="a word without a stem"),
        pytest.param("unknown to", [], id="no group is left"),
    ],
)
def test_what_no_place_is_known_of_is_not_asked_for(
    typed: str, groups: Sequence[Sequence[Sequence[tuple[str, int]]]]
) -> None:
    """A phrase of words that say nothing is asked for as it is."""
    query = asked(typed, {"to": ["to"], "be": ["be"]})
    assert query.groups == groups
    assert groups or ranked([[], []], query) == [0, 0]


def fits(places: Sequence[Place], query: Wanted) -> bool:
    """Tell whether a stretch has all phrases of a group."""
    found = {(word, position) for word, position, _ in places}
    starts = range(-len(found), 1 + max((spot for _, spot in found), default=0))
    return any(
        all(
            any(all((word, spot + apart) in found for word, apart in phrase) for spot in starts)
            for phrase in group
        )
        for group in query.groups
    )


def by_definition(places: Sequence[Place], query: Wanted) -> float:
    """The rank of a text whose stretches are all tried."""
    total = 0.0
    for first in range(len(places)):
        for last in range(first, len(places)):
            cover = places[first : last + 1]
            if fits(cover, query) and not fits(cover[1:], query) and not fits(cover[:-1], query):
                between = sum(after[1] - before[1] - 1 for before, after in pairwise(cover))
                total += len(cover) / sum(1 / weight for *_, weight in cover) / (1 + between)
    return total / (total + 1)


@pytest.mark.parametrize(
    "typed",
    [
        *("cat", "cat dog", "cat dog cow", "cat OR dog", "cat dog OR cow", "cat OR dog OR cow"),
        *('"cat dog"', '"cat cat"', '"cat dog cat"', '"cat dog" cow', '"cat dog" "dog cow"'),
        *('"dog the cow"', '"cat dog" OR "cow cat"', 'cat "dog cow" OR dog', 'cat OR "cat dog"'),
    ],
)
def test_each_stretch_that_fits_and_has_no_shorter_one_in_it_is_a_cover(typed: str) -> None:
    """Whatever is asked for; of many texts at once, each for itself."""
    query = asked(typed)
    chance = random.Random(7)
    texts: list[list[Place]] = []
    for _ in range(20):
        spots = sorted(chance.sample(range(14), 9))
        words = chance.choices(query.words(), k=len(spots))
        weights = chance.choices([1.0, 0.4], k=len(spots))
        texts.append(list(zip(words, spots, weights, strict=True)))
    expected = [by_definition(places, query) for places in texts]
    assert any(expected)
    assert ranked(texts, query) == pytest.approx(expected)

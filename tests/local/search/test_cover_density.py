"""Ranks by how near to each other the words of a query stand."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

import pytest

from julep.local.search.cover_density import Place, Wanted, rank, wanted
from julep.local.search.fts_query import websearch


def asked(typed: str, stems: Mapping[str, Sequence[str]] | None = None) -> Wanted:
    """What somebody typed, whose words are their own stems unless told."""
    query = websearch(typed)
    words = [word for group in query.groups for term in group for word in term.words]
    return wanted(query, stems or {word: [word] for word in words})


def at(**positions: Sequence[int]) -> list[Place]:
    """Words at positions, of weight 1."""
    return [Place(word, spot, 1.0) for word, spots in positions.items() for spot in spots]


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
    assert rank([Place("cat", 0, 0.4)], asked("cat")) == pytest.approx(0.4 / 1.4)
    mixed = [Place("cat", 0, 1.0), Place("dog", 1, 0.4)]
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
    assert query.words() == {"well", "cat"}


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
    assert asked(typed, {"to": ["to"], "be": ["be"]}).groups == groups


@pytest.mark.parametrize("typed", ["cat", "cat dog", "cat dog cow"])
def test_plain_words_rank_as_the_same_words_in_phrases_of_one(typed: str) -> None:
    """One pass finds the covers that are found by looking for each end of each."""
    plain = asked(typed)
    # To want the same in two ways is no plain query.
    twice = Wanted([*plain.groups, *plain.groups])
    chance = random.Random(7)
    for _ in range(200):
        spots = sorted(chance.sample(range(40), 12))
        places = [
            Place(chance.choice(["cat", "dog", "cow"]), spot, chance.choice([1.0, 0.4]))
            for spot in spots
        ]
        assert rank(places, plain) == rank(places, twice)

"""From what people type into search fields to queries of FTS5."""

from __future__ import annotations

import pytest

from julep.local.search.fts_query import Query, any_of, websearch


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("cats dogs", '("cats" AND "dogs")'),
        ("cats OR dogs birds", '("cats") OR ("dogs" AND "birds")'),
        ("cats or dogs", '("cats") OR ("dogs")'),
        ("order orchid", '("order" AND "orchid")'),
        ('"the cat" sat', '("the cat" AND "sat")'),
        ('"no end of it', '("no end of it")'),
        ("the cats", '("cats")'),
        ("cats -dogs", '("cats" NOT "dogs")'),
        ("-dogs cats -birds", '("cats" NOT "dogs" NOT "birds")'),
        ('cats -"big dogs"', '("cats" NOT "big dogs")'),
        ("cats OR -dogs", '("cats")'),
        ("-dogs", ""),
        ("cats cats", '("cats")'),
        ("cats -cats", '("cats" NOT "cats")'),
        ("well-known", '("well known")'),
        ("NEAR(cats* AND dogs)", '("NEAR cats" AND "dogs")'),
        ("AND NOT", ""),
        ("title:cats", '("title cats")'),
        ('""', ""),
        ("!? ...", ""),
        ("", ""),
        ("OR OR", ""),
    ],
)
def test_typed_text_becomes_a_query(typed: str, query: str) -> None:
    """Quotes, `OR` and `-` mean something; every other character is text."""
    assert websearch(typed).as_fts5() == query


def test_of_very_many_terms_the_first_hundred_count() -> None:
    """And of a phrase so many words."""
    words = [f"w{number}" for number in range(150)]
    (group,) = websearch(" ".join(words)).groups
    assert [term.words for term in group] == [(word,) for word in words[:100]]
    ((phrase,),) = websearch(f'"{" ".join(words)}"').groups
    assert phrase.words == tuple(words[:100])


def test_any_keyword_is_enough() -> None:
    """Each once, in lower case, without words that say nothing, and not too many."""
    assert any_of("The Cat and the dog: CAT!").as_fts5() == '("cat") OR ("dog")'
    assert any_of("one two three four", most=2).as_fts5() == '("one") OR ("two")'
    assert len(any_of(" ".join(f"w{number}" for number in range(99))).groups) == 25


@pytest.mark.parametrize("text", ["", "the of and", "?!"])
def test_nothing_is_asked_for_without_keywords(text: str) -> None:
    """Such a query is false."""
    assert not any_of(text)
    assert any_of(text) == Query(())
    assert any_of("cat")

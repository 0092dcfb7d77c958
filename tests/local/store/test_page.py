"""Which part of a listing is asked for."""

from __future__ import annotations

from typing import Any

import pytest

from julep.local.errors import BadRequest, Invalid
from julep.local.store.metadata_filter import MetadataFilter, from_query
from julep.local.store.page import Page, read_page


def test_a_query_that_says_nothing_asks_for_the_newest_hundred() -> None:
    """As a page that is made without any argument."""
    assert read_page({}) == Page() == Page(100, 0, "created_at", "desc", MetadataFilter())


def test_a_query_says_which_page() -> None:
    """Numbers may have signs and white space."""
    query = {"limit": " +5 ", "offset": "10", "sort_by": "updated_at", "direction": "asc"}
    assert read_page(query) == Page(5, 10, "updated_at", "asc")
    filtered = read_page({"metadata_filter.a": "1", "unknown": "x"})
    assert filtered == Page(metadata=MetadataFilter(texts={"a": "1"}))


@pytest.mark.parametrize("text", ["", "x", "1.0", "1_000", "٣", "1" * 31, "--1", "1 2"])
@pytest.mark.parametrize("name", ["limit", "offset"])
def test_what_is_no_number_is_told(name: str, text: str) -> None:
    """With its place and what was received."""
    with pytest.raises(Invalid) as caught:
        read_page({name: text})
    (told,) = caught.value.details
    assert (told["type"], told["loc"], told["received"]) == ("int_parsing", f"query.{name}", text)


@pytest.mark.parametrize("name", ["sort_by", "direction"])
def test_an_order_is_one_of_two_words(name: str) -> None:
    """They become a part of SQL."""
    with pytest.raises(Invalid) as caught:
        read_page({name: "name; DROP TABLE agents"})
    assert [each["loc"] for each in caught.value.details] == [f"query.{name}"]


def test_all_that_is_wrong_with_a_query_is_told() -> None:
    """At once."""
    with pytest.raises(Invalid) as caught:
        read_page({"limit": "x", "offset": "y", "sort_by": "z", "direction": "w"})
    assert [each["loc"] for each in caught.value.details] == [
        f"query.{name}" for name in ("limit", "offset", "sort_by", "direction")
    ]


@pytest.mark.parametrize(("limit", "most", "least"), [(1, 5, 1), (5, 5, 1), (0, 5, 0)])
def test_a_limit_lies_within_its_bounds(limit: int, most: int, least: int) -> None:
    """Both are allowed."""
    assert read_page({"limit": str(limit)}, most=most, least=least).limit == limit


@pytest.mark.parametrize(
    ("query", "bounds", "message"),
    [
        ({"limit": "0"}, {"most": 5, "least": 1}, "Limit must be between 1 and 5"),
        ({"limit": "6"}, {"most": 5, "least": 1}, "Limit must be between 1 and 5"),
        ({"limit": "-1"}, {}, "Limit must be 0 or more"),
        ({"limit": str(2**63)}, {}, "Limit must be 0 or more"),
        ({"offset": "-1"}, {}, "Offset must be >= 0"),
        ({"offset": str(2**63)}, {}, "Offset must be >= 0"),
    ],
)
def test_a_number_out_of_its_range_is_refused(
    query: dict[str, str], bounds: dict[str, int], message: str
) -> None:
    """Also one that SQLite can't hold."""
    with pytest.raises(BadRequest, match=f"^{message}$"):
        read_page(query, **bounds)


@pytest.mark.parametrize("number", ["0", str(2**63 - 1)])
def test_sqlites_own_bounds_are_allowed(number: str) -> None:
    """A limit of nothing is an empty page."""
    page = read_page({"limit": number, "offset": number})
    assert (page.limit, page.offset) == (int(number), int(number))


METADATA = {"n": 7, "t": "7", "flag": True, "nothing": None, "deep": {"a": [1, {"b": 2}]}, "x.y": 1}


@pytest.mark.parametrize(
    ("contained", "passes"),
    [
        ({}, True),
        ({"n": 7}, True),
        ({"n": 7.0}, True),
        ({"n": "7"}, False),
        ({"t": "7"}, True),
        ({"t": 7}, False),
        ({"flag": True}, True),
        ({"flag": 1}, False),
        ({"nothing": None}, True),
        ({"other": None}, False),
        ({"deep": {"a": [1]}}, True),
        ({"deep": {"a": [{"b": 2}]}}, True),
        ({"deep": {"a": [3]}}, False),
        ({"deep": {}}, True),
        ({"n": 7, "t": "8"}, False),
    ],
)
def test_metadata_holds_what_is_asked_for(contained: dict[str, Any], passes: bool) -> None:
    """As PostgreSQL's `@>` has it: of each type, and with other keys beside."""
    assert MetadataFilter(contained)(METADATA) is passes


@pytest.mark.parametrize(
    ("key", "text", "passes"),
    [
        ("n", "7", True),
        ("n", "7.0", True),
        ("n", "8", False),
        ("n", "x", False),
        ("t", "7", True),
        ("flag", "true", True),
        ("flag", "True", False),
        ("nothing", "null", True),
        ("deep", '{"a": [1]}', True),
        ("deep.a", "[1]", True),
        ("deep.b", "1", False),
        ("x.y", "1", True),
        ("n.a", "7", False),
        ("deep.a.b", "2", False),
        ("other", "", False),
        ("t", "[" * 100_000, False),
    ],
)
def test_a_text_may_stand_for_a_value(key: str, text: str, passes: bool) -> None:
    """A query parameter has no type; dots lead into objects, or are part of a key."""
    assert MetadataFilter(texts={key: text})(METADATA) is passes


def test_all_of_a_filter_must_be_there() -> None:
    """Values and texts alike; one that asks for nothing is false."""
    assert MetadataFilter({"n": 7}, {"t": "7"})(METADATA)
    assert not MetadataFilter({"n": 8}, {"t": "7"})(METADATA)
    assert not MetadataFilter({"n": 7}, {"t": "8"})(METADATA)
    assert not MetadataFilter({}, {"n": "7", "t": "8"})(METADATA)
    assert MetadataFilter({"a": 1})
    assert MetadataFilter(texts={"a": "1"})
    assert not MetadataFilter()


def test_a_filter_is_read_in_both_spellings() -> None:
    """Beside each other too."""
    query = {"metadata_filter": '{"a": [1]}', "metadata_filter.b.c": "x", "limit": "1"}
    assert from_query(query) == MetadataFilter({"a": [1]}, {"b.c": "x"})
    assert from_query({"metadata_filter": ""}) == from_query({}) == MetadataFilter()


@pytest.mark.parametrize("text", ["[]", "x", "null", "1", '{"a": "\\ud800"}', "[" * 100_000, "{"])
def test_a_filter_must_be_an_object(text: str) -> None:
    """With text that can be stored."""
    with pytest.raises(BadRequest, match="metadata_filter is not a valid JSON object"):
        from_query({"metadata_filter": text})

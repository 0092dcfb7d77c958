"""Names, recall options and settings: what each may be."""

from __future__ import annotations

import re
from typing import Any

import pytest

from julep.local.errors import Invalid
from julep.local.fields import Check, Problems
from julep.local.resources.names import CANONICAL, DISPLAY, IDENTIFIER, canonical_name, person
from julep.local.resources.recall_options import recall_field
from julep.local.resources.settings import DEFAULT_SETTINGS, SAMPLING


def problems(check: Check, value: Any) -> list[tuple[str, str]]:
    """Where which problems of a value are."""
    found: Problems = []
    check(value, "at", found)
    return [(each["loc"], each["type"]) for each in found]


@pytest.mark.parametrize(
    ("check", "name"),
    [
        (DISPLAY, "any name, of 255 characters at most…"),
        (DISPLAY, "x" * 255),
        (CANONICAL, "a"),
        (CANONICAL, "A_b9"),
        (CANONICAL, "a" * 255),
        (IDENTIFIER, "é_1"),
        (IDENTIFIER, "_a"),
        (IDENTIFIER, "a" * 40),
        (person, "Ada Lovelace"),
        (person, "Łukasz 2nd, 'der Große'"),
        (person, "-dash…"),
        (person, "中文"),
        (person, "e\u0301"),
        (person, "a‿b"),
        (person, "x" * 120),
    ],
)
def test_a_name_may_be_so(check: Check, name: str) -> None:
    """Whole, from the first character to the last."""
    assert problems(check, name) == []


@pytest.mark.parametrize(
    ("check", "name", "kind"),
    [
        (DISPLAY, "", "string_too_short"),
        (DISPLAY, "x" * 256, "string_too_long"),
        (DISPLAY, None, "string_type"),
        (CANONICAL, "1a", "string_pattern_mismatch"),
        (CANONICAL, "é", "string_pattern_mismatch"),
        (CANONICAL, "a-b", "string_pattern_mismatch"),
        (CANONICAL, "a" * 256, "string_too_long"),
        (IDENTIFIER, "1a", "string_pattern_mismatch"),
        (IDENTIFIER, "a b", "string_pattern_mismatch"),
        (IDENTIFIER, "a" * 41, "string_too_long"),
        (person, "", "string_too_short"),
        (person, "x" * 121, "string_too_long"),
        (person, 7, "string_type"),
        (person, "2nd", "string_pattern_mismatch"),
        (person, "_a", "string_pattern_mismatch"),
        (person, "\u0301e", "string_pattern_mismatch"),
        (person, "Ada 😀", "string_pattern_mismatch"),
        (person, "a\u00bc", "string_pattern_mismatch"),
    ],
)
def test_a_name_may_not_be_so(check: Check, name: Any, kind: str) -> None:
    """One problem is told."""
    assert problems(check, name) == [("at", kind)]


_BLOCKS = (
    "\u2010\u203e\u2041\u2053\u2055\u205e\u2190\u2bff\u2e00\u2e7f\u3001\u3003\u3008\u3020\u3030"
)


@pytest.mark.parametrize(
    ("letters", "fits"),
    [
        (_BLOCKS, True),
        ("\u203f\u2054\u205f\u218c\u2dff\u3004\u302f", False),
        ("\t\u2028\xd7÷", True),
    ],
)
def test_punctuation_of_all_scripts_may_begin_a_persons_name(letters: str, fits: bool) -> None:
    """From the first to the last of each block, and nothing beside."""
    assert [problems(person, letter) == [] for letter in letters] == [fits] * len(letters)


def test_a_canonical_name_is_made_where_none_is_given() -> None:
    """Of two words and eight letters by chance; no two are the same."""
    names = {canonical_name() for _ in range(200)}
    assert len(names) == 200
    assert all(re.fullmatch(r"[a-z]+_[a-z]+_[0-9a-f]{8}", name) for name in names)
    assert all(problems(CANONICAL, name) == [] for name in names)


_COMMON: dict[str, Any] = {
    "limit": 10,
    "lang": "en-US",
    "metadata_filter": {},
    "num_search_messages": 4,
    "max_query_length": 1000,
    "include_embeddings": True,
}
_DEFAULTS: dict[str, dict[str, Any]] = {
    "text": {**_COMMON, "mode": "text", "trigram_similarity_threshold": 0.6},
    "vector": {**_COMMON, "mode": "vector", "confidence": 0.5, "mmr_strength": 0.5},
    "hybrid": {
        **_COMMON,
        "mode": "hybrid",
        "confidence": 0.5,
        "mmr_strength": 0.5,
        "trigram_similarity_threshold": 0.6,
        "alpha": 0.5,
        "k_multiplier": 7,
    },
}


@pytest.mark.parametrize("mode", _DEFAULTS)
def test_recall_options_are_completed_by_their_mode(mode: str) -> None:
    """What belongs to another mode is dropped; vectors are the default."""
    assert recall_field({"mode": mode, "unknown": 1}) == _DEFAULTS[mode]
    assert recall_field({}) == _DEFAULTS["vector"]
    assert recall_field({"mode": mode, "limit": 50})["limit"] == 50
    assert recall_field({"confidence": -1, "mmr_strength": 0, "max_query_length": 100})
    assert recall_field({"limit": 1, "alpha": 9}) == {**_DEFAULTS["vector"], "limit": 1}


@pytest.mark.parametrize(
    ("options", "place"),
    [
        ({"mode": "x"}, "mode"),
        ({"mode": None}, "mode"),
        ({"mode": []}, "mode"),
        ({"limit": 0}, "limit"),
        ({"limit": 51}, "limit"),
        ({"num_search_messages": 51}, "num_search_messages"),
        ({"max_query_length": 99}, "max_query_length"),
        ({"max_query_length": 10_001}, "max_query_length"),
        ({"confidence": -1.1}, "confidence"),
        ({"mmr_strength": 1}, "mmr_strength"),
        ({"mode": "text", "trigram_similarity_threshold": 1.1}, "trigram_similarity_threshold"),
        ({"mode": "hybrid", "alpha": 1.1}, "alpha"),
        ({"mode": "hybrid", "k_multiplier": -1}, "k_multiplier"),
    ],
)
def test_recall_options_out_of_their_range_are_told(options: dict[str, Any], place: str) -> None:
    """With their place in a session."""
    with pytest.raises(Invalid) as caught:
        recall_field(options)
    assert [each["loc"] for each in caught.value.details] == [f"recall_options.{place}"]


RANGES = {
    "frequency_penalty": (-2, 2),
    "presence_penalty": (-2, 2),
    "temperature": (0, 5),
    "top_p": (0, 1),
    "repetition_penalty": (0, 2),
    "length_penalty": (0, 2),
    "min_p": (0, 1),
}


@pytest.mark.parametrize(("name", "bounds"), RANGES.items())
def test_a_setting_lies_in_its_range(name: str, bounds: tuple[float, float]) -> None:
    """Both bounds are allowed; null is, too."""
    least, most = bounds
    for value in (least, most, None):
        assert problems(DEFAULT_SETTINGS, {name: value}) == []
    for wrong in (least - 0.01, most + 0.01, "1"):
        assert [place for place, _ in problems(DEFAULT_SETTINGS, {name: wrong})] == [f"at.{name}"]


def test_settings_that_are_not_known_are_kept() -> None:
    """They are its model's; none is filled in."""
    assert RANGES.keys() == SAMPLING.keys()
    found: Problems = []
    assert DEFAULT_SETTINGS({"own": [1], "top_p": 1}, "at", found) == {"own": [1], "top_p": 1}
    assert found == []

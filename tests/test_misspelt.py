"""Misspelt keys of dicts, however deep, by the forms that editors complete them by."""

from __future__ import annotations

import pickle
from collections.abc import Mapping, Sequence
from typing import Any, Required, TypedDict

import pytest

from julep._keywords.misspelt import MisspeltKey, refuse_misspelt


class Point(TypedDict):
    """Where something is."""

    across: float
    upwards: float


_Named = TypedDict("_Named", {"if": "Required[str]"}, total=False)


class Place(_Named, total=False):
    """A point under a condition."""

    point: Point | Mapping[str, Any]
    others: Sequence[Place | str]
    schema: Mapping[str, Any]


FORM = Sequence[Point | Place | Mapping[str, Any]] | str | None


MISSPELT: list[tuple[object, str]] = [
    ([{"acros": 1}], "x[0]: unknown key 'acros'; did you mean 'across'?"),
    ([{"upwrads": 1}], "x[0]: unknown key 'upwrads'; did you mean 'upwards'?"),
    ([{"if": "a", "ponit": {}}], "x[0]: unknown key 'ponit'; did you mean 'point'?"),
    ([{}, {"if": "a", "pont": {}}], "x[1]: unknown key 'pont'; did you mean 'point'?"),
    ([{"if": "a", "point": {"upward": 1}}], "x[0].point: unknown key 'upward'; did you mean"),
    ([{"if_": "a", "others": ({"if": "a", "oters": []},)}], "x[0].others[0]: unknown key"),
]


@pytest.mark.parametrize(("given", "message"), MISSPELT)
def test_a_key_that_is_nearly_another_is_refused(given: object, message: str) -> None:
    """With its place, and what was meant."""
    with pytest.raises(TypeError) as caught:
        refuse_misspelt(given, FORM, "x")
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    "given",
    [
        None,
        "acros",
        {"acros": 1},
        [{"if": "a", "upward": 1}],
        [{"if_": "a", "top": 1, "$schema": "b"}],
        [{"if": "a", "schema": {"acros": 1}, "others": ["acros"]}],
        [{"across": 1, "upwards": "pont"}, 5],
    ],
)
def test_all_else_may_be_a_servers_own(given: object) -> None:
    """Keys that are like none, those of other forms, and what is in plain mappings."""
    refuse_misspelt(given, FORM, "x")


def test_what_contains_itself_is_left_to_json() -> None:
    """Which says so."""
    place: dict[str, Any] = {"if": "a"}
    place["others"] = [place]
    refuse_misspelt([place], FORM, "x")


def test_the_error_goes_through_processes() -> None:
    """As all errors of the SDK do."""
    error = pickle.loads(pickle.dumps(MisspeltKey("main[0]", "unknown key")))
    assert (str(error), error.where) == ("main[0]: unknown key", "main[0]")

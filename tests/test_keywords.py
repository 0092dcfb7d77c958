"""Keywords that several methods share: checked, and shown to help."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any, TypedDict, Unpack

import pytest

from julep._keywords import (
    checked,
    expanded,
    keywords_alone,
    own_keywords,
    refuse_unknown,
    shows_keywords,
)
from julep._keywords.docs import write_out
from julep.types.setting_dicts import ChatSettingsDict


class _Required(TypedDict):
    """What it has to be given.

    Attributes:
        size: How large.
    """

    size: int


class Fields(_Required, total=False):
    """What a method takes.

    Attributes:
        page_size: Items of a page,
            1 to 100.
    """

    page_size: int | None
    settings: ChatSettingsDict | Mapping[str, Any]


def method(self: object, id: str, note: str = ..., **fields: Unpack[Fields]) -> str:  # type: ignore[assignment]  # pyright: ignore[reportArgumentType] - `...` stands for "not sent"
    """Take keywords."""
    return f"{self}{id}{note}{fields}"


def plain(self: object, a: int, *, b: int = 1) -> str:
    """Take keywords of its own."""
    return f"{self}{a}{b}"


def test_keywords_are_given_back_once_they_are_known() -> None:
    """In a dict of its own."""
    given = {"size": 1, "settings": {"temperature": 0.5, "own": 1}}
    assert checked(Fields, given) == given
    assert checked(Fields, given) is not given


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "missing keyword 'size'"),
        ({"size": 1, "sizes": 2}, "unknown keyword 'sizes'; did you mean 'size'?"),
        ({"size": 1, "zzz": 2}, "unknown keyword 'zzz'; there are page_size, settings, size"),
        (
            {"size": 1, "settings": {"temprature": 1}},
            "settings: unknown key 'temprature'; did you mean 'temperature'?",
        ),
    ],
)
def test_what_is_wrong_with_keywords_is_told(given: dict[str, Any], message: str) -> None:
    """With what was meant."""
    with pytest.raises(TypeError) as caught:
        checked(Fields, given)
    assert str(caught.value) == message


def test_a_word_that_is_the_end_of_a_keyword_is_taken_for_it() -> None:
    """Before one that is only alike."""
    with pytest.raises(TypeError, match="did you mean 'page_number'"):
        refuse_unknown(["number"], ["numbers", "page_number"])
    refuse_unknown(["a"], ["a", "b"])


def test_a_function_tells_its_own_keywords() -> None:
    """None if it takes any."""
    assert own_keywords(method) is None
    assert own_keywords(plain) == frozenset({"a", "b"})


def test_help_sees_the_keywords_one_by_one() -> None:
    """Those that are required first, and `OMIT` as what it means."""
    shown = expanded(method)
    assert list(shown.parameters) == ["self", "id", "note", "size", "page_size", "settings"]
    assert shown.parameters["size"].default is inspect.Parameter.empty
    assert shown.parameters["size"].annotation == "int"
    for name in ("note", "page_size"):
        assert repr(shown.parameters[name].default) == "not given"
        assert shown.parameters[name].default == ...
    assert {shown.parameters[name].kind for name in ("size", "settings")} == {
        inspect.Parameter.KEYWORD_ONLY
    }
    assert list(expanded(plain).parameters) == ["self", "a", "b"]
    assert list(expanded(lambda: 1).parameters) == []


def documented(id: str, **fields: Unpack[Fields]) -> str:
    """Take keywords.

    Args:
        id: Which one.
        **fields: As many
            as you like.

    Returns:
        What it was given.
    """
    return f"{id}{fields}"


def test_help_describes_the_keywords_one_by_one() -> None:
    """Below the line that stands for all of them, with what `create` says where the form says nothing."""

    def create(settings: object, size: object) -> None:
        """Create.

        Args:
            settings: How it answers.
            size: Something else.
        """
        del settings, size

    write_out(documented, create)
    assert (inspect.getdoc(documented) or "").splitlines()[2:12] == [
        "Args:",
        "    id: Which one.",
        "    **fields: As many",
        "        as you like.",
        "        size: How large.",
        "        page_size: Items of a page,",
        "            1 to 100.",
        "        settings: How it answers.",
        "",
        "Returns:",
    ]


def test_help_sees_no_face() -> None:
    """Methods of both faces share one body."""

    def get() -> None:
        """Get."""

    get.__annotations__["return"] = "Pages[FaceT, Agent] | Call[FaceT]"
    assert inspect.signature(shows_keywords(get)).return_annotation == "Pages[Agent] | Call"


def test_a_class_that_takes_keywords_alone_says_so() -> None:
    """With those that it has."""

    class Made:
        @keywords_alone
        def __init__(self, *, size: int = 1, name: str = "") -> None:
            self.made = (size, name)

    make: Any = Made
    assert make(size=2).made == (2, "")
    with pytest.raises(TypeError, match=r"^Made takes keywords alone: name, size$"):
        make(2)
    with pytest.raises(TypeError, match="unknown keyword 'sise'; did you mean 'size'"):
        make(sise=2)

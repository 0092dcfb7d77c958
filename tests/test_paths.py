"""Ids, and the paths that they are parts of."""

from __future__ import annotations

from enum import Enum
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from julep._codec import OMIT
from julep._paths import id_of, id_or_omit, ids_or_omit, path

ID = "0190163d-8694-7394-8000-4f6aebec3ba9"


class Known(Enum):
    """Ids that a user keeps in an enum."""

    ADA = "a1"
    UUID = UUID(ID)


class Shouting(str):
    """A text that shows itself as something else."""

    __slots__ = ()

    def __str__(self) -> str:
        return self.upper()


@pytest.mark.parametrize(
    ("thing", "id"),
    [
        ("a1", "a1"),
        (" a1\n", "a1"),
        (UUID(ID), ID),
        (SimpleNamespace(id="a1"), "a1"),
        (SimpleNamespace(id=UUID(ID)), ID),
        (Known.ADA, "a1"),
        (Known.UUID, ID),
        (Shouting("a1"), "a1"),
    ],
)
def test_an_id_is_taken_in_any_form(thing: Any, id: str) -> None:
    """Also as the thing itself."""
    assert id_of("agent", thing) == id
    assert id_or_omit("agent", thing) == id
    assert ids_or_omit("agents", [thing, "b"]) == [id, "b"]


@pytest.mark.parametrize("thing", [None, 7, b"a1", ["a1"], {}, SimpleNamespace(id=7), object()])
def test_what_has_no_id_is_named(thing: Any) -> None:
    """By its type, and with the name of the parameter."""
    words = f"agent must be an id, a UUID or a resource with an id, not {type(thing).__name__}"
    with pytest.raises(TypeError, match=f"^{words}$"):
        id_of("agent", thing)


@pytest.mark.parametrize("thing", ["", "  ", SimpleNamespace(id="")])
def test_an_empty_id_is_refused(thing: Any) -> None:
    """It would be another path."""
    with pytest.raises(ValueError, match=r"^agent is empty; pass the id of an existing resource$"):
        path("/agents/{agent}", agent=thing)


def test_half_a_character_is_refused() -> None:
    """With the name of the parameter."""
    with pytest.raises(ValueError, match=r"^agents\[1\]: "):
        ids_or_omit("agents", ["a", "\ud83d"])


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [
        ("agent", "Session", "agent must be an Agent or its id, not a Session"),
        ("agent_id", "User", "agent_id must be an Agent or its id, not a User"),
        ("user", "Execution", "user must be a User or its id, not an Execution"),
        ("task", "Agent", "task must be a Task or its id, not an Agent"),
    ],
)
def test_a_thing_of_another_kind_is_refused(name: str, kind: str, words: str) -> None:
    """Its id would be one of something else."""
    thing: Any = type(kind, (), {"id": "x"})()
    with pytest.raises(TypeError, match=f"^{words}$"):
        id_of(name, thing)


@pytest.mark.parametrize(
    ("name", "kind"), [("agent", "Agent"), ("agent", "Page"), ("owner", "User")]
)
def test_kinds_that_are_not_told_apart_are_taken(name: str, kind: str) -> None:
    """Such as a user's own class, or a parameter that takes several."""
    thing: Any = type(kind, (), {"id": "x"})()
    assert id_of(name, thing) == "x"


@pytest.mark.parametrize("nothing", [None, OMIT])
def test_what_is_not_given_stays_so(nothing: Any) -> None:
    """Alone or as a list."""
    assert id_or_omit("agent", nothing) is nothing
    assert ids_or_omit("agents", nothing) is nothing


def test_one_text_is_no_list_of_ids() -> None:
    """Its letters would be."""
    with pytest.raises(TypeError, match=r"^agents must be a list of ids, not one text$"):
        ids_or_omit("agents", "a1")


@pytest.mark.parametrize(
    ("id", "quoted"),
    [
        (ID, ID),
        ("a_b", "a_b"),
        ("a/b", "a%2Fb"),
        ("a b?c#d%", "a%20b%3Fc%23d%25"),
        ("ü", "%C3%BC"),
        (".", "%2E"),
        ("..", "%2E%2E"),
        ("a.b", "a.b"),
        ("-", "-"),
    ],
)
def test_an_id_can_not_lead_out_of_its_path(id: str, quoted: str) -> None:
    """Whatever is in it."""
    assert path("/agents/{agent}/docs/{doc}", agent=id, doc="d") == f"/agents/{quoted}/docs/d"

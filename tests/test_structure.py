"""Models of what servers answer: both generations read alike, and mismatches are named."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from julep._codec import Mismatch, structure
from julep.types import Agent, CreateTool, Listing, Message, Model, SearchStep, User

AGENT: dict[str, Any] = {"id": "1", "name": "n"}


@pytest.mark.parametrize(
    ("value", "form", "message"),
    [
        ({"name": "n"}, Agent, "id: expected a value, got no such field"),
        (AGENT | {"id": None}, Agent, "id: expected text, got null"),
        (AGENT | {"id": 5}, Agent, "id: expected text, got a whole number"),
        (AGENT | {"created_at": "soon"}, Agent, "created_at: expected a time, got text"),
        (AGENT | {"created_at": 1e30}, Agent, "created_at: expected a time, got a number"),
        (AGENT | {"metadata": [1]}, Agent, "metadata: expected an object, got an array"),
        (
            AGENT | {"instructions": {"a": 1}},
            Agent,
            "instructions: expected text or an array, got an object",
        ),
        (
            AGENT | {"instructions": ["a", 1]},
            Agent,
            "instructions[1]: expected text, got a whole number",
        ),
        (
            AGENT | {"default_settings": {"top_p": "x"}},
            Agent,
            "default_settings.top_p: expected a number, got text",
        ),
        (
            {"items": [AGENT, {"id": "2"}]},
            Listing[Agent],
            "items[1].name: expected a value, got no such field",
        ),
        (
            {"results": [AGENT | {"name": [1]}]},
            Listing[Agent],
            "items[0].name: expected text, got an array",
        ),
        ({}, Listing[Agent], "items: expected a value, got no such field"),
        ([AGENT, 1], list[Agent], "[1]: expected an object, got a whole number"),
        ("x", Agent, "the answer: expected an object, got text"),
        ([AGENT], Agent, "the answer: expected an object, got an array"),
        (None, Agent, "the answer: expected an object, got null"),
        (1, None, "the answer: expected null, got a whole number"),
        ([], dict[str, Any], "the answer: expected an object, got an array"),
    ],
)
def test_a_mismatch_names_the_place(value: Any, form: Any, message: str) -> None:
    """A value that doesn't fit is refused with its path and both types."""
    with pytest.raises(Mismatch) as refused:
        structure(value, form)
    assert str(refused.value) == message


def test_a_mismatch_uses_the_names_of_the_wire() -> None:
    """A path shows `if`, as the server sent it, and not `if_`."""
    with pytest.raises(Mismatch) as refused:
        structure({"role": "user", "continue": "yes"}, Message)
    assert (refused.value.path, refused.value.expected) == ("continue", "true or false")


@pytest.mark.parametrize(
    ("value", "form", "result"),
    [
        (None, None, None),
        (None, Agent | None, None),
        ({"a": [1]}, Any, {"a": [1]}),
        ({"a": 1}, dict[str, Any], {"a": 1}),
        ([1.5, 2], list[float], [1.5, 2]),
        ("x", str | None, "x"),
        (AGENT, Agent | None, Agent(id="1", name="n")),
        ([AGENT], list[Agent], [Agent(id="1", name="n")]),
    ],
)
def test_structure_reads_every_form(value: Any, form: Any, result: Any) -> None:
    """Models, lists, unions and plain values are read as the form says."""
    assert structure(value, form) == result


def test_a_kind_that_is_no_text_is_an_unknown_one() -> None:
    """It is passed through, and one that is left out is the usual one."""
    part: dict[str, Any] = {"type": {}, "x": 1}
    assert structure({"role": "user", "content": [part]}, Message).content == [part]
    search: dict[str, Any] = {"": {}, "text": "a"}
    assert structure({"search": search}, SearchStep).search == search
    tool = structure({"name": "f", "function": {"description": "d"}}, CreateTool)
    assert structure(tool.to_dict(), CreateTool) == tool


def test_plain_values_are_passed_through_as_they_are() -> None:
    """Long vectors and free-form objects are not copied."""
    value: dict[str, Any] = {"vectors": [[0.5] * 1024], "other": {"a": 1}}
    read = structure(value, dict[str, Any])
    assert read is value
    user = structure({"id": "1", "name": "n", "metadata": value}, User)
    assert user.metadata is value


@pytest.mark.parametrize("page", [{"items": [AGENT]}, {"results": [AGENT]}, [AGENT]])
def test_pages_of_all_servers_are_listings(page: Any) -> None:
    """`items`, `results` and a bare array give the same page."""
    listing = structure(page, Listing[Agent])
    assert [agent.name for agent in listing.items] == ["n"]
    assert listing.results == listing.items


def test_null_means_the_default_where_there_is_one() -> None:
    """Null in a field that can't be None is read as the field's default."""
    agent = structure(AGENT | {"about": None, "instructions": None}, Agent)
    assert (agent.about, agent.instructions) == ("", [])


def test_defaults_are_not_shared() -> None:
    """Two objects never share the list that both got by default."""
    one, two = (structure(AGENT | {"instructions": None}, Agent) for _ in range(2))
    assert one.instructions is not two.instructions


@pytest.mark.parametrize(
    "value",
    [
        "2024-05-01T12:00:00Z",
        "2024-05-01T14:00:00+02:00",
        "2024-05-01T12:00:00",
        1714564800,
        1714564800.0,
    ],
)
def test_times_of_all_servers_are_aware(value: Any) -> None:
    """ISO text with and without a zone, and epoch seconds, are the same instant."""
    agent = structure(AGENT | {"created_at": value}, Agent)
    assert agent.created_at == datetime(2024, 5, 1, 12, tzinfo=UTC)


def pickled(value: object) -> object:
    """Give what comes back from a pickle."""
    thawed: object = pickle.loads(pickle.dumps(value))
    return thawed


@pytest.mark.parametrize("copied", [copy.deepcopy, pickled])
def test_a_mismatch_survives_pickle_and_copy(copied: Callable[[Any], Any]) -> None:
    """The error can cross processes."""
    twin = copied(Mismatch("a", "b", "c"))
    assert (twin.path, twin.expected, twin.got) == ("a", "b", "c")


def test_models_are_what_people_may_subclass() -> None:
    """A user's own model with a new field is read like the SDK's own."""

    @attrs.define(kw_only=True)
    class Lead(User):
        score: float
        rank: float | str

    lead = structure({"id": "1", "name": "n", "score": 1, "rank": 2, "x": 3}, Lead)
    assert isinstance(lead, Model)
    assert (lead.score, lead.rank, lead.extra) == (1, 2, {"x": 3})


@given(st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text()))
def test_unknown_fields_survive_any_value(value: Any) -> None:
    """A field that no class knows is kept whatever it holds."""
    user = structure({"id": "1", "name": "n", "novel": value}, User)
    assert user.to_dict()["novel"] == value
    assert user.novel == value  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType] - run time only

"""What programs for other clients are told: the name that stands here for the one they use."""

from __future__ import annotations

from traceback import format_exception
from typing import Any

import pytest

from julep import Agent, AsyncJulep, Julep, JulepApi

PLACE: dict[str, Any] = {"base_url": "http://127.0.0.1:1", "api_key": "k"}

NAMES = [
    ("agents.patch", "`update` changes some fields"),
    ("agents.with_raw_response", "client.send(Request("),
    ("docs.list", "agents.docs, users.docs"),
    ("executions.transitions.retrieve", "it is called get"),
    ("files.retrieve", "it is called get"),
    ("chat", "sessions.chat asks the model"),
    ("executions.submit_tool_outputs", "tasks.run"),
    ("memories", "users.docs"),
    ("responses", "sessions.chat asks the model"),
    ("secrets.get", "secrets.list"),
    ("sessions.clear", "sessions.history.delete"),
    ("sessions.docs", "agents.docs, users.docs"),
    ("tasks.execute", "tasks.run"),
    ("tools", "agents.tools"),
]


@pytest.mark.parametrize(("path", "instead"), NAMES)
@pytest.mark.parametrize("kind", [Julep, AsyncJulep])
def test_a_name_of_another_client_says_what_stands_for_it(
    kind: type[Julep | AsyncJulep], path: str, instead: str
) -> None:
    """It is an AttributeError like any, so `hasattr` goes on saying that the name is not there."""
    thing: Any = kind(**PLACE)
    *way, last = path.split(".")
    for name in way:
        thing = getattr(thing, name)
    with pytest.raises(AttributeError) as caught:
        getattr(thing, last)
    assert instead in str(caught.value)
    assert f"no attribute {last!r}; " in str(caught.value)


@pytest.mark.parametrize(
    ("thing", "name", "meant"),
    [
        (Julep(**PLACE), "agent", "agents"),
        (AsyncJulep(**PLACE).agents, "creat", "create"),
        (Julep(**PLACE).sessions.history, "delet", "delete"),
        (Agent(name="Ada", id="a1"), "nam", "name"),
    ],
)
def test_a_misspelt_name_says_what_was_meant(thing: Any, name: str, meant: str) -> None:
    """Everywhere, as Python does in its own tracebacks, which don't say it once more."""
    with pytest.raises(AttributeError) as caught:
        getattr(thing, name)
    told = f"object has no attribute {name!r}. Did you mean: {meant!r}?"
    assert str(caught.value).endswith(told)
    assert "".join(format_exception(caught.value)).count("Did you mean") == 1


def test_any_other_name_is_just_not_there() -> None:
    """No hint is better than a wrong one."""
    with pytest.raises(AttributeError, match=r"'Agents' object has no attribute 'zzz'$"):
        getattr(Julep(**PLACE).agents, "zzz")  # noqa: B009 - checkers know that it isn't there


@pytest.mark.parametrize("kind", [Julep, AsyncJulep, JulepApi])
def test_a_client_is_made_with_keywords(kind: Any) -> None:
    """A misspelt one is named with the likely one; one by position with those that there are."""
    with pytest.raises(TypeError, match=rf"^{kind.__name__} takes keywords alone: .*api_key"):
        kind("key")
    with pytest.raises(TypeError, match="unknown keyword 'api_kye'; did you mean 'api_key'"):
        kind(api_kye="k")

"""The models: unknown fields are kept, and both generations read alike."""

from __future__ import annotations

import ast
import copy
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest

from julep import types
from julep._codec import Mismatch, structure
from julep.types import (
    Agent,
    ChatSettings,
    DocReference,
    Execution,
    Listing,
    ResourceCreated,
    Secret,
    Tool,
    Transition,
    TransitionListing,
    User,
)

NOVEL = {"id": "1", "name": "n", "novel": {"a": [1]}}


def test_unknown_fields_are_attributes() -> None:
    """A field of a newer server is readable by name and shown everywhere."""
    user = structure(NOVEL, User)
    assert user.novel == {"a": [1]}  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType] - run time only
    assert user.extra == {"novel": {"a": [1]}}
    assert repr(user) == "User(name='n', id='1', novel={'a': [1]})"
    assert user.to_dict()["novel"] == {"a": [1]}
    assert user != structure({"id": "1", "name": "n"}, User)


def test_a_model_becomes_a_dict() -> None:
    """`dict(model)` is `to_dict()`; `compact` leaves out fields that are None, at any depth."""
    settings = ChatSettings(stop="x", extra={"novel": None})
    agent = Agent(name="n", id="1", default_settings=settings, metadata={"m": None})
    whole = agent.to_dict()
    assert dict(agent) == whole
    assert whole["project"] is None
    assert agent
    compact: Any = {
        "name": "n",
        "about": "",
        "model": "",
        "instructions": [],
        "default_settings": {"stop": "x"},
        "metadata": {"m": None},
        "id": "1",
    }
    assert agent.to_dict(compact=True) == compact


def pickled(value: object) -> object:
    """Give what comes back from a pickle."""
    thawed: object = pickle.loads(pickle.dumps(value))
    return thawed


@pytest.mark.parametrize(
    "copied",
    [
        copy.copy,
        copy.deepcopy,
        pickled,
        attrs.evolve,
    ],
)
def test_copies_keep_unknown_fields(copied: Callable[[Any], Any]) -> None:
    """Copying, pickling and evolving lose nothing."""
    user = structure(NOVEL, User)
    twin = copied(user)
    assert twin == user
    assert twin is not user
    assert twin.novel == {"a": [1]}


def test_other_attributes_are_missing() -> None:
    """A name that neither the class nor the server knows is an AttributeError."""
    with pytest.raises(AttributeError, match="'User' object has no attribute 'nope'"):
        structure(NOVEL, User).nope  # type: ignore[attr-defined]  # noqa: B018  # pyright: ignore - run time only


def test_models_without_unknown_fields_hold_none() -> None:
    """Most objects have no unknown fields and an empty `extra`."""
    user = User(id="1", name="n")
    assert user.extra == {}
    assert repr(user) == "User(name='n', id='1')"


def test_unknown_enum_values_pass() -> None:
    """A status of a newer server is passed on as text."""
    value = {"id": "1", "task_id": "2", "status": "paused", "input": {"a": 1}}
    assert structure(value, Execution).status == "paused"


def test_secret_values_are_not_shown() -> None:
    """The value of a secret is readable but not in its repr."""
    secret = structure({"id": "1", "name": "n", "value": "hunter2"}, Secret)
    assert secret.value == "hunter2"
    assert "hunter2" not in repr(secret)


HIT = {"id": "1", "owner": {"id": "2", "role": "agent"}}
PIECE = {"index": 0, "content": "cats"}


@pytest.mark.parametrize("found", [{"snippet": PIECE}, {"snippets": [PIECE]}])
def test_search_hits_of_both_generations_have_both_views(found: dict[str, Any]) -> None:
    """One snippet or several: `snippet`, `snippets` and `text` are there."""
    hit = structure(HIT | found, DocReference)
    assert hit.snippet is not None
    assert (hit.snippet.content, len(hit.snippets), hit.text) == ("cats", 1, "cats")
    assert hit.to_dict().items() >= found.items() or hit.snippets[0].index == 0


def test_a_snippet_comes_once() -> None:
    """Servers of 2024 repeat each as often as its document has pieces."""
    other = {"index": 1, "content": "dogs"}
    hit = structure(HIT | {"snippets": [other, PIECE, other, PIECE]}, DocReference)
    assert [one.content for one in hit.snippets] == ["dogs", "cats"]
    with pytest.raises(Mismatch):
        structure(HIT | {"snippets": [5, 5]}, DocReference)


def test_search_hits_without_snippets_have_no_text() -> None:
    """A hit that matched by its title alone has no snippet."""
    hit = structure(HIT, DocReference)
    assert (hit.snippet, hit.snippets, hit.text) == (None, [], "")


@pytest.mark.parametrize(
    "sent",
    [
        {"name": "t", "type": "function", "function": {"name": "t", "description": "d"}},
        {"name": "t", "type": "function", "description": "d", "function": {"name": None}},
        {"type": "function", "function": {"name": "t", "description": "d"}},
        {"name": "t", "type": "system", "description": "d", "system": {"operation": "list"}},
    ],
)
def test_tools_of_both_generations_have_name_and_description(sent: dict[str, Any]) -> None:
    """Name and description are found at the top or under the tool's type."""
    tool = structure({"id": "1"} | sent, Tool)
    assert (tool.name, tool.description) == ("t", "d")


@pytest.mark.parametrize(
    "sent",
    [{"jobs": ["j"]}, {"metadata": {"jobs": ["j"]}}, {"jobs": ["j"], "metadata": {"jobs": 1}}],
)
def test_jobs_of_executions_are_found(sent: dict[str, Any]) -> None:
    """The jobs of an execution are read from where each generation puts them."""
    value = {"id": "1", "task_id": "2", "status": "queued", "input": {"a": 1}}
    assert structure(value | sent, Execution).jobs == ["j"]
    assert structure(value | sent, ResourceCreated).jobs == ["j"]


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        ({"status": "failed", "output": "no such name"}, "no such name"),
        ({"status": "failed", "output": None}, None),
        ({"status": "failed", "output": "x", "error": "told"}, "told"),
        ({"status": "succeeded", "output": "done"}, None),
    ],
)
def test_why_an_execution_failed_is_in_one_place(sent: dict[str, Any], error: str | None) -> None:
    """Servers of 2025 tell it as output; it is read as the error too."""
    value: dict[str, Any] = {"id": "1", "task_id": "2", "input": {}}
    assert structure(value | sent, Execution).error == error


def test_streamed_transitions_are_transitions() -> None:
    """The stream's transitions have a type, an output and a time, no more."""
    read = structure(
        {"type": "init", "output": None, "created_at": "2024-01-01T00:00:00Z"}, Transition
    )
    assert (read.id, read.output, read.current) == (None, None, None)


def test_nested_transitions_are_flattened_and_nested_again() -> None:
    """A listing of transition groups is a flat list with the groups beside it."""
    step = {"type": "step", "output": 1}
    value = {"results": [{"transitions": [step]}, {"transitions": [step, step]}]}
    assert len(structure(value, Listing[Transition]).items) == 3
    listing = structure(value, TransitionListing)
    assert [transition.output for transition in listing.results[0].transitions] == [1, 1, 1]


def test_the_package_offers_what_checkers_see() -> None:
    """The names imported for type checkers and those offered at run time are the same."""
    assert types.__file__ is not None
    tree = ast.parse(Path(types.__file__).read_text())
    (guard,) = [node for node in tree.body if isinstance(node, ast.If)]
    seen = [
        alias.asname
        for node in guard.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    ]
    assert sorted(filter(None, seen)) == types.__dict__["__all__"]
    assert all(hasattr(types, name) for name in types.__dict__["__all__"])
    with pytest.raises(AttributeError, match="nope"):
        getattr(types, "nope")  # noqa: B009 - a checker would object to the plain form


def test_the_package_is_cheap_to_import() -> None:
    """Importing the package brings in neither attrs nor any model."""
    script = (
        "import sys; old = set(sys.modules); import julep.types; new = set(sys.modules) - old;"
        "sys.exit(' '.join(n for n in new if n.startswith(('attr', 'cattr', 'julep.types.'))) or 0)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0

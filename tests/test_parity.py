"""Both faces offer the same, and what the API's documents list is there."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Any

import pytest

from julep import AsyncJulep, Julep
from julep._faces import Method, Resource
from julep._pages import Pages
from julep._streams.stream import Stream

from .conftest import KEY, URL

# Every method of the fluent face. A trailing `()` is the resource that is called itself.
METHODS = {
    "agents": "list create ensure get create_or_update update reset delete list_models",
    "agents.tools": "list create ensure update reset delete",
    "agents.docs": "add list create delete search bulk_delete",
    "users": "list create ensure get create_or_update update reset delete",
    "users.docs": "add list create delete search bulk_delete",
    "docs": "get embed",
    "sessions": "list create ensure get create_or_update update reset delete render",
    "sessions.chat": "__call__ parse stream",
    "sessions.history": "__call__ delete",
    "tasks": "list create ensure get create_or_update update reset delete run follow map",
    "tasks.executions": "list create",
    "executions": (
        "list create get update cancel resume resume_with_task_token change_status wait"
    ),
    "executions.transitions": "list get stream",
    "executions.status": "get stream",
    "jobs": "get",
    "files": "create get list delete download upload",
    "projects": "create list",
    "secrets": "create list update delete",
}
PAIRS = [(resource, name) for resource, names in METHODS.items() for name in names.split()]

BLOCKING: Any = Julep(api_key=KEY, base_url=URL)
AWAITING: Any = AsyncJulep(api_key=KEY, base_url=URL)


def found(client: Any, resource: str) -> Any:
    """A resource of a client by its dotted name."""
    for part in resource.split("."):
        client = getattr(client, part)
    return client


def kind_of(resource: str) -> type[object]:
    """The class of a resource."""
    kind: type[object] = found(BLOCKING, resource).__class__
    return kind


@pytest.mark.parametrize(("resource", "name"), PAIRS)
def test_both_faces_have_the_method(resource: str, name: str) -> None:
    """Names, parameters and documentation are the same on both faces."""
    blocking, awaiting = (getattr(found(c, resource), name) for c in (BLOCKING, AWAITING))

    assert inspect.signature(blocking) == inspect.signature(awaiting)
    assert blocking.__doc__ == awaiting.__doc__
    assert blocking.__doc__, "it is documented"


@pytest.mark.parametrize(("resource", "name"), PAIRS)
def test_only_the_awaiting_side_is_awaited(resource: str, name: str) -> None:
    """An operation is a coroutine function on the awaiting face and a plain one on the other."""
    described = inspect.getattr_static(kind_of(resource), name)
    blocking, awaiting = (getattr(found(c, resource), name) for c in (BLOCKING, AWAITING))

    assert not inspect.iscoroutinefunction(blocking)
    is_operation = isinstance(described, Method)
    assert inspect.iscoroutinefunction(awaiting) is is_operation


@pytest.mark.parametrize("resource", METHODS)
def test_nothing_is_offered_that_is_not_listed(resource: str) -> None:
    """The table above is the whole of the fluent face."""
    kind = kind_of(resource)
    offered = {
        name
        for base in kind.__mro__[:-1]
        if base not in (Resource, object)
        for name, value in vars(base).items()
        if (callable(value) or isinstance(value, Method))
        and (name == "__call__" or not name.startswith("_"))
    }
    assert offered == set(METHODS[resource].split())


def documented(cls: type) -> Iterator[tuple[str, str | None]]:
    """The public methods of a class, with their docs."""
    for name in dir(cls):
        if not name.startswith("_"):
            yield name, inspect.getdoc(inspect.getattr_static(cls, name))


@pytest.mark.parametrize("face", [BLOCKING, AWAITING])
@pytest.mark.parametrize(("resource", "name"), PAIRS)
def test_help_describes_each_argument(resource: str, name: str, face: Any) -> None:
    """So does `?` in a notebook: keywords that methods share have their text in each of them."""
    method = getattr(found(face, resource), name)
    told = set(re.findall(r"^ +\*{0,2}(\w+): ", inspect.getdoc(method) or "", re.MULTILINE))
    assert inspect.signature(method).parameters.keys() <= told


@pytest.mark.parametrize(("resource", "name"), [*PAIRS, ("", "with_options"), ("", "send")])
def test_signatures_say_what_a_call_gives(resource: str, name: str) -> None:
    """They have nothing of how both faces are made, and `not given` for what may be left out."""
    holder = found(BLOCKING, resource) if resource else BLOCKING
    shown = str(inspect.signature(getattr(holder, name)))
    assert not re.search(r"FaceT|Ellipsis|'object'|-> '(Request|Coroutine)|Awaitable", shown)
    assert "->" in shown


@pytest.mark.parametrize("cls", [Julep, Pages, Stream])
def test_everything_public_is_documented(cls: type) -> None:
    """No public method or property is without a docstring."""
    assert [name for name, doc in documented(cls) if not doc] == []


def test_clients_have_the_same_public_names() -> None:
    """What the blocking client offers, the awaiting one offers too, beside its `aclose`."""
    awaiting = {name for name, _ in documented(AsyncJulep)}
    assert {name for name, _ in documented(Julep)} == awaiting - {"aclose"}

"""The public API in writing: `python -m tests.api` writes it anew, and a test compares.

A line is a name: what programs can import, with its fields and methods, what clients have, and what the
command takes. So each change of it is seen in a diff, and is a decision.
"""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import Callable, Iterator
from enum import Enum
from importlib import import_module
from pathlib import Path
from types import NoneType
from typing import Any, Final, ForwardRef, cast, get_args, get_origin

import attrs
import click

from julep import AsyncJulep, AsyncJulepApi, Julep, JulepApi
from julep._client.base import BaseClient
from julep._faces import Resource
from julep.cli.app import app
from julep.types import seed

FILE: Final = Path(__file__).parent / "data" / "public_api.txt"
HEAD: Final = """\
# What programs can rely on; `python -m tests.api` writes it.
# What `client` has is the same for Julep and AsyncJulep, whose methods are awaited; `api_client` is
# JulepApi or AsyncJulepApi, with what they have besides. `$` is the command.
# All names of julep.types import from julep too.
"""
MODULES: Final = (
    "julep.types",
    "julep.errors",
    "julep",
    "julep.client",
    "julep.local",
    "julep.local.scripting",
    "julep.testing",
)
CLIENTS: Final = {"client": (Julep, AsyncJulep), "api_client": (JulepApi, AsyncJulepApi)}
SPECIAL: Final = {
    "__aenter__",
    "__aiter__",
    "__await__",
    "__call__",
    "__enter__",
    "__getitem__",
    "__iter__",
    "__len__",
}


class _Words:
    """An annotation or a default that is shown as it is written."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return self._text


def written() -> str:
    """Return the file's text, as the API is now."""
    lines = [*_modules(), *_documented_names(), *_clients(), *_commands(app, "$ julep")]
    return HEAD + "\n".join(lines) + "\n"


def _modules() -> Iterator[str]:
    seen: dict[int, str] = {}
    for module in MODULES:
        found = import_module(module)
        for name in vars(found)["__all__"]:
            value, path = getattr(found, name), f"{module}.{name}"
            if isinstance(value, type) and id(value) in seen:
                yield f"{path} = {seen[id(value)]}"
                continue
            seen[id(value)] = path
            yield from _value(path, value)


def _documented_names() -> Iterator[str]:
    """Yield the names of 2024, which import from `julep`."""
    for name in seed.__all__:
        yield f"julep.{name} = {annotation(getattr(seed, name))}"


def _value(path: str, value: Any) -> Iterator[str]:
    if isinstance(value, type):
        yield from _class(path, value)
    elif isinstance(value, str) or _is_fixture(value):
        yield path
    elif inspect.isfunction(value):
        yield f"{path}{signature(value)}"
    else:
        yield f"{path} = {annotation(value)}"


def _is_fixture(value: object) -> bool:
    # As pytest has them from 8.4 on, and before.
    return hasattr(value, "_fixture_function_marker") or hasattr(value, "__pytest_wrapped__")


def _class(path: str, kind: type) -> Iterator[str]:
    bases = ", ".join(base.__name__ for base in kind.__bases__ if base is not object)
    own_init = "__init__" in vars(kind) and not attrs.has(kind)
    yield f"class {path}({bases})" if bases else f"class {path}"
    if own_init:
        yield f"{path}{signature(kind)}"
    yield from (f"{path}.{field}" for field in _fields(kind))
    is_told_below = issubclass(kind, BaseClient)  # once for both faces
    for name in sorted(vars(kind)):
        if name in SPECIAL or not (name.startswith("_") or is_told_below):
            yield from _member(f"{path}.{name}", kind, name)


def _fields(kind: type) -> Iterator[str]:
    if attrs.has(kind):
        own = [field for field in attrs.fields(kind) if not field.inherited]
        # As they are written: `type` of attrs is another one once a model has been read.
        written = inspect.get_annotations(kind)
        yield from (
            _field(field, written[field.name]) for field in own if not field.name.startswith("_")
        )
        return
    for name, value in inspect.get_annotations(kind).items():
        if not name.startswith("_"):
            yield f"{name}: {annotation(value)}"


def _field(field: attrs.Attribute[Any], type: Any) -> str:
    shown = f"{field.name}: {annotation(type)}"
    if field.default is attrs.NOTHING:
        return shown
    is_made = hasattr(field.default, "factory")
    return f"{shown} = {'...' if is_made else repr(field.default)}"


def _member(path: str, kind: type, name: str) -> Iterator[str]:
    member = vars(kind)[name]
    if isinstance(member, property):
        yield f"{path}: {annotation(inspect.get_annotations(member.fget)['return'])}"  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType] - ours have one
    elif callable(value := getattr(kind, name)) and not isinstance(value, type):
        yield f"{path}{signature(value)}"


def _clients() -> Iterator[str]:
    """Yield what clients have: what both faces have alike once, and what one of them has by its name."""
    known: set[str] = set()
    for shared, kinds in CLIENTS.items():
        blocking, awaiting = (dict(_has(kind)) for kind in kinds)
        for name in sorted({*blocking, *awaiting} - known):
            if blocking.get(name) == awaiting.get(name):
                yield f"{shared}{name}{blocking[name]}"
            else:
                faces = zip(kinds, (blocking, awaiting), strict=True)
                yield from (f"{kind.__name__}{name}{it[name]}" for kind, it in faces if name in it)
        known |= {*blocking, *awaiting} - {""}


def _has(kind: type[Any]) -> Iterator[tuple[str, str]]:
    """Yield the dotted names of what a client has, with what follows each of them."""
    yield "", signature(kind)
    keys = {
        name: "k" for name in ("auth_key", "api_key") if name in inspect.signature(kind).parameters
    }
    yield from _below(kind(base_url="http://julep.test", **keys), "")


def _below(owner: Any, path: str) -> Iterator[tuple[str, str]]:
    for name in dir(owner.__class__):
        if name.startswith("_"):
            continue
        member, below = getattr(owner, name), f"{path}.{name}"
        if callable(member):
            yield below, signature(member)
        if isinstance(member, Resource):
            yield from _below(cast("Any", member), below)
        elif not callable(member):
            yield below, f": {type(member).__name__}"


def _commands(command: click.Command, path: str) -> Iterator[str]:
    """Yield commands, with their options and arguments."""
    yield path
    for parameter in command.params:
        names = "/".join([*parameter.opts, *parameter.secondary_opts])
        many = "..." if parameter.multiple or parameter.nargs == -1 else ""
        kind = "argument " if isinstance(parameter, click.Argument) else ""
        yield f"{path} {kind}{names}: {parameter.type.name}{many}"
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below
            yield from _commands(below, f"{path} {name}")


def signature(of: Callable[..., Any]) -> str:
    """Return a signature as it stands in the source, without `self`."""
    found = inspect.signature(of)
    parameters = [
        each.replace(annotation=_words(each.annotation), default=_default(each.default))
        for each in found.parameters.values()
        if each.name != "self"
    ]
    result = _words(found.return_annotation)
    return str(found.replace(parameters=parameters, return_annotation=result))


def _words(value: Any) -> Any:
    return value if value is inspect.Signature.empty else _Words(annotation(value))


def _default(value: Any) -> Any:
    if isinstance(value, Enum):
        return _Words(f"{type(value).__name__}.{value.name}")
    is_class = isinstance(value, type) and value is not inspect.Parameter.empty
    return _Words(_name(value)) if is_class else value


def annotation(value: Any) -> str:
    """Return a type as programs write it, the same on each Python."""
    if isinstance(value, str | ForwardRef):
        return value if isinstance(value, str) else value.__forward_arg__
    arguments = get_args(value)
    match get_origin(value):
        case None:
            return _name(value)
        case typing.Union | types.UnionType:
            return " | ".join(map(annotation, arguments))
        case typing.Literal:
            return f"Literal[{', '.join(map(repr, arguments))}]"
        case origin:
            return f"{_name(origin)}[{', '.join(map(annotation, arguments))}]"


def _name(value: Any) -> str:
    if value is None or value is NoneType:
        return "None"
    if isinstance(value, list):  # what a Callable takes
        return f"[{', '.join(map(annotation, cast('Any', value)))}]"
    return value.__name__ if hasattr(value, "__name__") else repr(value)


if __name__ == "__main__":
    FILE.write_text(written(), encoding="utf-8")

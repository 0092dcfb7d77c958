"""Ids, and the paths that they are parts of."""

from __future__ import annotations

from enum import Enum
from typing import Any, Final, Protocol, TypeAlias
from urllib.parse import quote
from uuid import UUID

from julep.types._plain import HALF_A_PAIR, is_sendable

from ._codec import OMIT


class HasId(Protocol):
    """A resource as the API answers with it."""

    @property
    def id(self) -> str:
        """The id that it is known by."""
        ...


Id: TypeAlias = str | UUID | HasId
"""An id, or the resource itself."""


_PLAIN: Final = (str, UUID)
_KINDS: Final = frozenset(
    [
        "Agent",
        "Doc",
        "Execution",
        "File",
        "Job",
        "Secret",
        "Session",
        "Task",
        "Tool",
        "Transition",
        "User",
    ]
)
"""Resources that are told apart, by the names of their classes, as far as parameters name them."""


def path(template: str, **ids: Id) -> str:
    """Fill the `{name}` parts of a path with quoted ids.

    Raises:
        ValueError: An id is empty, or no text that UTF-8 can carry. The message names the parameter.
        TypeError: An id is neither text, a UUID, nor a resource with an id.
    """
    return template.format_map({name: _quoted(id_of(name, thing)) for name, thing in ids.items()})


def id_of(name: str, thing: Id) -> str:
    """Return the id of a thing that is known by its id or in full; `name` is what errors call it.

    Raises:
        ValueError: The id is empty, or no text that UTF-8 can carry.
        TypeError: It is neither text, a UUID, nor a resource with an id.
    """
    text = (thing if type(thing) is str else _text_of(name, thing)).strip()
    if not text:
        raise ValueError(f"{name} is empty; pass the id of an existing resource")
    if not is_sendable(text):
        raise ValueError(f"{name}: {HALF_A_PAIR}")
    return text


def has_usable_id(thing: object) -> bool:
    """Tell whether a thing that a server answered with can be asked for, if it has an id at all."""
    id = getattr(thing, "id", None)
    return not isinstance(id, str) or (is_sendable(id) and bool(id.strip()))


def _text_of(name: str, thing: object) -> str:
    if isinstance(thing, Enum):
        thing = thing.value
    _refuse_other_kinds(name, thing)
    text = thing if isinstance(thing, _PLAIN) else getattr(thing, "id", None)
    if not isinstance(text, _PLAIN):
        raise TypeError(
            f"{name} must be an id, a UUID or a resource with an id, not {type(thing).__name__}"
        )
    # A subclass of text may show itself as something else than it is.
    return str.__str__(text) if isinstance(text, str) else str(text)


def _refuse_other_kinds(name: str, thing: object) -> None:
    wanted, given = name.removesuffix("_id").title(), type(thing).__name__
    if wanted != given and {wanted, given} <= _KINDS:
        raise TypeError(f"{name} must be {_an(wanted)} or its id, not {_an(given)}")


def _an(kind: str) -> str:
    return f"{'an' if kind[0] in 'AEU' and kind != 'User' else 'a'} {kind}"


def id_or_omit(name: str, thing: Any) -> Any:
    """Return the id of a thing for a body; None and `OMIT` stay what they are."""
    return thing if thing is OMIT or thing is None else id_of(name, thing)


def ids_or_omit(name: str, things: Any) -> Any:
    """Return the ids of several things for a body; None and `OMIT` stay what they are."""
    if things is OMIT or things is None:
        return things
    if isinstance(things, str):
        raise TypeError(f"{name} must be a list of ids, not one text")
    return [id_of(f"{name}[{index}]", thing) for index, thing in enumerate(things)]


def _quoted(text: str) -> str:
    # Nearly all ids are UUIDs, and hold nothing to quote.
    if text.isascii() and text.replace("-", "").isalnum():
        return text
    # A dot is not quoted by rule, and "." or ".." would climb out of the path.
    return quote(text, safe="") if text.strip(".") else text.replace(".", "%2E")

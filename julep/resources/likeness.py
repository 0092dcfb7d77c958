"""Whether a resource is as it was asked to be, although servers fill in, leave out and normalise.

What a model describes is compared field by field, and what is the user's own, such as metadata,
expressions and schemas, as JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from julep._codec import Mismatch, decode_json, encode, structure
from julep.types._json import is_array, is_object
from julep.types._model import Model
from julep.types.sessions import RecallOptions
from julep.types.settings import ChatSettings
from julep.types.tools import CreateTool

_FILLED_IN: Final[Mapping[str, Any]] = {
    "alpha": 0.5,
    "auto_run_tools": True,
    "confidence": 0.5,
    "include_embeddings": True,
    "k_multiplier": 7,
    "lang": "en-US",
    "limit": 10,
    "max_query_length": 1000,
    "mmr_strength": 0.5,
    "num_search_messages": 4,
    "tools": "all",
    "trigram_similarity_threshold": 0.6,
}
"""What servers of 2025 store for a field of a step or of recall options that is not sent, unless it
is nothing, false or empty."""

_THEIRS: Final = frozenset({"kind_", "mode"})
"""What a server chooses where it is not sent."""

_FILLED_IN_BY_KIND: Final[Mapping[str, Mapping[str, Any]]] = {
    "api_call": {"include_response_content": True},
    "function": {},
    "system": {},
}
"""The same for definitions of tools; of other kinds it is not known."""

_OF_TOOLS: Final = frozenset({"name", "description"})
"""What a tool has, and servers show in its function too."""

_OPTIONS: Final = (ChatSettings, RecallOptions)
"""What servers store where null is sent, with what they fill in."""

_AS_SENT: Final = (ChatSettings,)
"""Of what servers keep the fields that they don't know, too."""

_BY_MODE: Final = (RecallOptions,)
"""What servers take the fields of its mode from, and no others."""


def has(stored: Model, form: type[Model], given: Mapping[str, Any]) -> bool:
    """Tell whether a resource has the fields that are given; others don't count.

    Args:
        stored: What the server has.
        form: What such a resource is made from.
        given: Some fields as JSON, with all that the form requires.
    """
    try:
        wanted = structure(given, form)
    except Mismatch:
        return False  # The server says what is wrong with it.
    return all(_is_alike(_field(wanted, name), _field(stored, name)) for name in given)


def has_definition(tool: CreateTool, wanted: Mapping[str, Any]) -> bool:
    """Tell whether a tool is as it is wanted; servers fill in more.

    Args:
        tool: The tool as a server has it.
        wanted: Fields of a tool, its name and type among them.
    """
    stored, given = _without_nulls(tool.to_dict()), _without_nulls(decode_json(encode(wanted)))
    kind = given["type"]
    definition = given.pop(kind, None)
    return _contains(stored, given) and (
        definition is None or _is_defined(kind, definition, stored.get(kind, {}))
    )


def _is_defined(kind: str, wanted: Mapping[str, Any], stored: Mapping[str, Any]) -> bool:
    if kind not in _FILLED_IN_BY_KIND:
        return _is_within(wanted, stored)
    filled_in = _FILLED_IN_BY_KIND[kind]
    more = {name: stored[name] for name in stored if name not in wanted}
    return _contains(stored, wanted) and all(
        name in _OF_TOOLS or not value or value == filled_in.get(name)
        for name, value in more.items()
    )


def _field(model: Model, name: str) -> Any:
    own = next((own for own, wire, _ in model.__fields__ if wire == name), None)
    return model.extra.get(name) if own is None else getattr(model, own)


def _is_alike(wanted: Any, stored: Any) -> bool:
    if wanted is None and isinstance(stored, _OPTIONS):
        wanted = type(stored)()
    if isinstance(wanted, CreateTool) and isinstance(stored, CreateTool):
        texts = (wanted.description, stored.description)
        return _is_alike(*texts) and has_definition(stored, wanted.to_dict())
    if isinstance(wanted, Model) and isinstance(stored, Model):
        return type(wanted) is type(stored) and _are_alike(wanted, stored)
    if is_array(wanted) and is_array(stored):
        if (ours := _tools(wanted)) and (theirs := _tools(stored)):
            return ours.keys() == theirs.keys() and all(_is_alike(ours[n], theirs[n]) for n in ours)
        pairs = zip(wanted, stored, strict=False)
        return len(wanted) == len(stored) and all(_is_alike(a, b) for a, b in pairs)
    return (_is_nothing(wanted) and _is_nothing(stored)) or _is_same(wanted, stored)


def _tools(items: list[Any]) -> dict[str, CreateTool]:
    """Return tools by name: servers reorder and repeat those of tasks."""
    return {item.name: item for item in items if isinstance(item, CreateTool)}


def _are_alike(wanted: Model, stored: Model) -> bool:
    if isinstance(wanted, _AS_SENT) and not _is_same(dict(wanted.extra), dict(stored.extra)):
        return False
    return all(
        _is_as_wanted(wire, getattr(wanted, own), getattr(stored, own))
        or (isinstance(stored, _BY_MODE) and getattr(stored, own) is None)
        for own, wire, _ in stored.__fields__
    )


def _is_as_wanted(name: str, wanted: Any, stored: Any) -> bool:
    if wanted is None and name in _THEIRS:
        return True
    if wanted is None and name in _FILLED_IN:
        return stored is None or _is_same(_FILLED_IN[name], stored)
    return _is_alike(wanted, stored) or (wanted is None and stored is False)


def _is_nothing(value: Any) -> bool:
    return value is None or value in ("", [], {})


def _is_same(one: Any, other: Any) -> bool:
    """Compare JSON; Python takes True for 1."""
    if is_object(one) and is_object(other):
        return one.keys() == other.keys() and all(_is_same(one[key], other[key]) for key in one)
    if is_array(one) and is_array(other):
        return len(one) == len(other) and all(map(_is_same, one, other))
    if isinstance(one, str) and isinstance(other, str):
        return one.replace("\0", "") == other.replace("\0", "")  # which self-hosted servers drop
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)


def _contains(stored: Any, wanted: Mapping[str, Any]) -> bool:
    return all(_is_same(value, stored.get(name)) for name, value in wanted.items())


def _is_within(wanted: Any, stored: Any) -> bool:
    if not is_object(wanted) or not is_object(stored):
        return _is_same(wanted, stored)
    return all(_is_within(value, stored.get(name)) for name, value in wanted.items())


def _without_nulls(value: Any) -> Any:
    """Take out what is null in objects: some servers store null for what is left out."""
    if is_array(value):
        return [_without_nulls(item) for item in value]
    if not is_object(value):
        return value
    return {name: _without_nulls(item) for name, item in value.items() if item is not None}

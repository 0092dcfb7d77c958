"""YAML with the place of every value, read as the embedded server reads it."""

from __future__ import annotations

import json
from typing import Any, Final

import yaml

from julep._yaml import (
    BASE,
    MOST_CHARACTERS,
    MOST_LEVELS,
    MOST_VALUES,
    PlainLoader,
    TooMuch,
    check_nesting,
)

from .document import Document, Path, Place, Unreadable

_MAPPING: Final = "tag:yaml.org,2002:map"
_LIST: Final = "tag:yaml.org,2002:seq"
_ADVICE: Final = {
    "flow mapping": "a comma or a brace ends a value in {…}; write it on a line of its own, or in quotes",
    "flow sequence": "a comma or a bracket ends a value in […]; write it on a line of its own, or in quotes",
    "mapping values are not allowed": "a value with a colon and a blank in it needs quotes, or a line of "
    "its own below |",
    "block mapping": "keys that belong together stand in one column, and a value that begins with a brace "
    "or a quote, and goes on behind it, needs quotes around all of it",
}
"""What is probably wrong, by a part of what the parser says."""
_PLAIN: Final = {str, bool, int}


def read_yaml(text: str) -> Document:
    """Parse YAML text.

    Raises:
        Unreadable: It is not YAML, or too much of it.
    """
    if len(text) > MOST_CHARACTERS:
        raise Unreadable(f"it has {len(text)} characters, and {MOST_CHARACTERS} are the most")
    try:
        check_nesting(yaml.parse(text, Loader=BASE))
        return _Builder(text).build()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise Unreadable(_words(error), _place(mark) if mark else None) from None
    except (yaml.YAMLError, TooMuch) as error:
        raise Unreadable(str(error)) from None


class _Builder:
    """Builds the values of a text's nodes."""

    def __init__(self, text: str) -> None:
        self._loader = PlainLoader(text)
        self._document = Document()
        self._seen: set[int] = set()
        self._is_in_alias = False
        self._count = 0

    def build(self) -> Document:
        try:
            node = self._loader.get_single_node()
            if node is not None:
                self._document.value = self._value(node, (), _place(node.start_mark))
        finally:
            self._loader.dispose()
        return self._document

    def _member(self, key: Any, node: Any, path: Path) -> Any:
        """Build a value with a key. An alias has the place of its key, what it stands for its own."""
        is_merged = id(key) in self._seen
        self._seen.add(id(key))
        if self._is_in_alias or is_merged or id(node) not in self._seen:
            return self._value(node, path, _place(node.start_mark))
        self._is_in_alias = True
        try:
            return self._value(node, path, _place(key.start_mark))
        finally:
            self._is_in_alias = False

    def _value(self, node: Any, path: Path, place: Place) -> Any:
        self._document.values[path] = place
        self._count += 1
        if self._count > MOST_VALUES:
            raise Unreadable(f"it stands for more than {MOST_VALUES:,} values", place)
        if len(path) > MOST_LEVELS:
            raise Unreadable(f"it is nested more than {MOST_LEVELS} levels deep", place)
        is_new = id(node) not in self._seen
        self._seen.add(id(node))
        if node.tag == _MAPPING and isinstance(node, yaml.MappingNode):
            return self._members(node, path, _repeated(node) if is_new else set())
        if node.tag == _LIST and isinstance(node, yaml.SequenceNode):
            return [
                self._value(item, (*path, at), _place(item.start_mark))
                for at, item in enumerate(node.value)
            ]
        return _as_json(self._loader.construct_object(node, deep=True), place)

    def _members(self, node: yaml.MappingNode, path: Path, repeated: set[int]) -> dict[str, Any]:
        self._loader.flatten_mapping(node)
        members: dict[str, Any] = {}
        for key, value in node.value:
            place = _place(key.start_mark)
            name = self._name(key, place)
            inner = (*path, name)
            if id(key) in repeated:
                self._document.repeated.append((inner, place))
            self._document.keys[inner] = place
            members[name] = self._member(key, value, inner)
        return members

    def _name(self, key: Any, place: Place) -> str:
        """Return a key as JSON has it, which makes text of `1`, `true` and `null`."""
        value: Any = self._loader.construct_object(key, deep=True)
        if isinstance(value, str):
            return value
        try:
            name: str = next(iter(_as_json({value: None}, place)))
        except TypeError as error:
            raise Unreadable(f"JSON can't hold this key: {error}", place) from None
        return name


def _repeated(node: yaml.MappingNode) -> set[int]:
    """Return the keys that a mapping has twice, before merges are resolved: those repeat nothing."""
    scalars = [key for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
    known: dict[tuple[str, str], int] = {}
    return {
        id(key) for key in scalars if known.setdefault((key.tag, key.value), id(key)) != id(key)
    }


def _as_json(value: Any, place: Place) -> Any:
    if value is None or type(value) in _PLAIN:
        return value
    try:
        return json.loads(json.dumps(value, allow_nan=False, default=str))
    except ValueError as error:
        raise Unreadable(f"JSON can't hold this: {error}", place) from None


def _place(mark: Any) -> Place:
    return Place(mark.line + 1, mark.column + 1)


def _words(error: yaml.MarkedYAMLError) -> str:
    words = ", ".join(part for part in (error.context, error.problem) if part)
    return next((f"{words}: {more}" for part, more in _ADVICE.items() if part in words), words)

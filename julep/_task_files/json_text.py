"""JSON with the place of every value."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Final

from julep.types._json import finite, refuse_constant

from .document import Document, Path, Place, Unreadable

_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s"{}\[\],:]+')
_DEEPEST: Final = 200
"""Levels of nesting: no task has as many, and Python's own limit on recursion is not far above."""


def read_json(text: str) -> Document:
    """Parse JSON text.

    Raises:
        Unreadable: It is not JSON.
    """
    try:
        value = json.loads(text, parse_constant=refuse_constant, parse_float=finite)
    except json.JSONDecodeError as error:
        raise Unreadable(error.msg, Place(error.lineno, error.colno)) from None
    except ValueError as error:
        raise Unreadable(str(error)) from None
    except RecursionError:
        raise _too_deep() from None
    return _Walk(text, Document(value)).walk()


class _Walk:
    """Goes through text that is known to be JSON, and notes where its values stand."""

    def __init__(self, text: str, document: Document) -> None:
        self._tokens: Iterator[re.Match[str]] = _TOKEN.finditer(text)
        self._lines = [0, *(match.end() for match in re.finditer("\n", text))]
        self._document = document

    def walk(self) -> Document:
        self._value(next(self._tokens), ())
        return self._document

    def _value(self, token: re.Match[str], path: Path) -> None:
        if len(path) > _DEEPEST:
            raise _too_deep()
        self._document.values[path] = self._place(token)
        if token[0] == "{":
            self._members(path)
        elif token[0] == "[":
            self._items(path)

    def _members(self, path: Path) -> None:
        names: set[str] = set()
        for token in self._until("}"):
            name = json.loads(token[0])
            if name in names:
                self._document.repeated.append(((*path, name), self._place(token)))
            names.add(name)
            self._document.keys[*path, name] = self._place(token)
            next(self._tokens)  # the colon
            self._value(next(self._tokens), (*path, name))

    def _items(self, path: Path) -> None:
        for index, token in enumerate(self._until("]")):
            self._value(token, (*path, index))

    def _until(self, end: str) -> Iterator[re.Match[str]]:
        for token in self._tokens:
            if token[0] == end:
                return
            if token[0] != ",":
                yield token

    def _place(self, token: re.Match[str]) -> Place:
        line = bisect_right(self._lines, token.start())
        return Place(line, token.start() - self._lines[line - 1] + 1)


def _too_deep() -> Unreadable:
    return Unreadable(f"it is nested more than {_DEEPEST} levels deep")

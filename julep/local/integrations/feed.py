"""Feeds in XML that a stranger's server sent."""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree.ElementTree import (
    Element,
    TreeBuilder,
)
from xml.parsers import expat

from julep.local.workflow.ports import EffectError

_DEEPEST = 20
_MOST_ELEMENTS = 100_000
_SHOWN = 20


def read_feed(content: bytes) -> Element:
    """Return the root of a feed. Names have no namespace, so whatever prefix it chose is gone.

    There are no document types, and so no entities, which might unfold to any size or name files.
    The parser resolves no namespaces either: their names would be repeated for each attribute.

    Raises:
        EffectError: It isn't one, or has more to it than a feed has.
    """
    parser, handler = expat.ParserCreate(), _Handler()
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler = handler.start
    parser.EndElementHandler = handler.end
    parser.CharacterDataHandler = handler.builder.data
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise EffectError(f"The answer is no feed: {error}") from None
    if (root := handler.builder.close()).tag != "feed":
        raise EffectError(f"The answer is no feed: it is {root.tag[:_SHOWN]!r}")
    return root


class _Handler:
    def __init__(self) -> None:
        self.builder = TreeBuilder()
        self._depth = self._count = 0

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self._depth += 1
        self._count += 1
        if self._depth > _DEEPEST or self._count > _MOST_ELEMENTS:
            raise EffectError("The answer is no feed: it has too many elements, or too deep ones")
        self.builder.start(_local(name), dict(attributes))

    def end(self, name: str) -> None:
        self._depth -= 1
        self.builder.end(_local(name))


def _refuse(*_declared: object) -> None:
    raise EffectError("The answer is no feed: it declares a document type")


def _local(name: str) -> str:
    return name.rpartition(":")[2]

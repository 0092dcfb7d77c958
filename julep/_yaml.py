"""YAML read as plain values, within limits; the embedded server and task files read it alike."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Final, cast

import yaml

MOST_CHARACTERS: Final = 1_000_000
"""Characters of a text, far more than tasks have."""
MOST_VALUES: Final = 200_000
"""Values that a text may stand for: aliases make a short one stand for a huge value."""
MOST_LEVELS: Final = 100
"""Levels of nesting: PyYAML builds values recursively."""
_MOST_DIGITS = 4_300
"""Digits of a number, the limit that Python has for its own numbers."""
_MOST_MERGED = 32_000_000
"""Bytes that merged mappings may take, as much as one evaluation of the embedded server may build."""
_MERGED_PAIR = 100  # bytes that a pair of a merged mapping is counted for
_MERGE, _VALUE, _TEXT = (f"tag:yaml.org,2002:{name}" for name in ("merge", "value", "str"))
_SET = "tag:yaml.org,2002:set"
_MOST_QUOTED = 40
_NUMBERS = ("tag:yaml.org,2002:int", "tag:yaml.org,2002:float")

BASE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""PyYAML's own loader of plain values, in C where there is one."""


class TooMuch(Exception):
    """A text is too long or too deep, or stands for too much."""


class PlainLoader(BASE):  # type: ignore[misc]  # which class it is, PyYAML decides when installed
    """Builds plain values only, and stops when aliases make them grow without end."""

    too_much: ClassVar[type[Exception]] = TooMuch
    """What is raised at a limit."""
    _left = _MOST_MERGED

    def count(self) -> None:
        """Count a value that is built; raise `too_much` when there are too many."""

    def allocate(self, size: int) -> None:
        """Count bytes that are built; raise `too_much` when there are too many."""
        self._left -= size
        if self._left < 0:
            raise self.too_much("merges make it too large")

    def construct_object(self, node: Any, deep: bool = False) -> Any:
        """Build the value that a node stands for."""
        self.count()
        # YAML has numbers in base 60, which take quadratic time to read.
        if node.tag in _NUMBERS and len(node.value) > _MOST_DIGITS:
            raise self.too_much(f"A number of more than {_MOST_DIGITS} digits")
        try:
            return cast("Any", super().construct_object(node, deep=deep))  # pyright: ignore[reportUnknownMemberType] - as above
        except (ValueError, LookupError, AttributeError):
            # PyYAML's constructors raise whatever Python does: `!!int ''` is an IndexError.
            kind, line = node.tag.rpartition(":")[2], node.start_mark.line + 1
            written = str(node.value)[:_MOST_QUOTED]
            raise yaml.YAMLError(
                f"{written!r} in line {line} does not fit the tag {kind}"
            ) from None

    def flatten_mapping(self, node: Any) -> None:
        """Put merged pairs (`<<`) before a mapping's own, so that its own win.

        Done here because releases of PyYAML differ in what they keep of pairs merged twice.
        """
        merged: list[Any] = []
        own: list[Any] = []
        pairs, node.value = node.value, []  # empty while it is read, should it merge itself
        for key, value in pairs:
            if key.tag == _MERGE:
                merged += self._merged_pairs(value)
            else:
                key.tag = _TEXT if key.tag == _VALUE else key.tag
                own.append((key, value))
        node.value = merged + own

    def _merged_pairs(self, node: Any) -> list[Any]:
        sources = node.value if isinstance(node, yaml.SequenceNode) else [node]
        pairs: list[Any] = []
        for source in reversed(sources):  # of several, the first has the last word
            if not isinstance(source, yaml.MappingNode):
                raise yaml.YAMLError("`<<` merges a mapping or a list of mappings, nothing else")
            self.flatten_mapping(source)
            self.allocate(_MERGED_PAIR * len(source.value))
            pairs += source.value
        return pairs


def _listed(loader: Any, node: Any) -> Any:
    # JSON has no sets, and Python's have no order.
    return list(loader.construct_mapping(node, deep=True))


PlainLoader.add_constructor(_SET, _listed)


def check_nesting(events: Iterable[object], too_much: type[Exception] = TooMuch) -> None:
    """Raise `too_much` where the events of a parser show values too deep in each other.

    LibYAML builds nodes by recursion in C, where too deep means a crash of the process.
    """
    depth = 0
    for event in events:
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MOST_LEVELS:
            raise too_much(f"YAML nested more than {MOST_LEVELS} levels deep")

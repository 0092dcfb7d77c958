"""JSON and YAML for expressions: read and written within limits."""

from __future__ import annotations

import json
from typing import Any, cast

import yaml

from julep.local.sandbox.budget import LimitExceeded, budget, spending, ticking
from julep.local.sandbox.values import indented, weigh

_MAX_TEXT = 1_000_000
_MAX_INDENT = 32
_USUAL_INDENT = 2  # of YAML
_MAX_DEPTH = 100
_CHUNK_SIZE = 2_000
_FENCE = "```"
_MAX_DIGITS = 4_300
_MERGED_PAIR = 100  # bytes that a pair of a merged mapping is counted for
_MERGE, _VALUE, _TEXT = (f"tag:yaml.org,2002:{name}" for name in ("merge", "value", "str"))
_SET = "tag:yaml.org,2002:set"
_MOST_QUOTED = 40
_NUMBERS = ("tag:yaml.org,2002:int", "tag:yaml.org,2002:float")


def check_text(text: str) -> str:
    """Returns the text unless it is longer than what is read in one go."""
    if len(text) > _MAX_TEXT:
        raise LimitExceeded(f"Text of {len(text)} characters where {_MAX_TEXT} is the most")
    return text


def load_json(string: str) -> Any:
    """Returns the value that JSON text stands for."""
    return json.loads(check_text(string))


def dump_json(
    obj: Any,
    *,
    indent: int | None = None,
    sort_keys: bool = False,
    ensure_ascii: bool = True,
    separators: tuple[str, str] | None = None,
) -> str:
    """Returns a value as JSON text."""
    if indent is not None:
        indent = min(indent, _MAX_INDENT)
    budget().allocate(indented(obj, indent or 0))
    return json.dumps(
        obj,
        indent=indent,
        sort_keys=sort_keys,
        ensure_ascii=ensure_ascii,
        separators=separators,
    )


def extract_json(string: str) -> Any:
    """Returns the value of the first fenced JSON block of a text, or else of the whole text."""
    _, opened, rest = check_text(string).partition(f"{_FENCE}json")
    if not opened:
        _, opened, rest = string.partition(_FENCE)
    block = rest.partition(_FENCE)[0] if opened else string
    return json.loads(block.strip(), strict=False)


_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DumperBase: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class _Loader(_Base):  # type: ignore[misc]  # which class it is, PyYAML decides when installed
    """Builds plain values only, and stops when aliases make them grow without end."""

    def construct_object(self, node: Any, deep: bool = False) -> Any:
        budget().tick()
        # YAML has numbers in base 60, which take quadratic time to read.
        if node.tag in _NUMBERS and len(node.value) > _MAX_DIGITS:
            raise LimitExceeded(f"A number of more than {_MAX_DIGITS} digits")
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
            budget().allocate(_MERGED_PAIR * len(source.value))
            pairs += source.value
        return pairs


def load_yaml(string: str) -> Any:
    """Return the value that YAML text stands for.

    Raises:
        LimitExceeded: It is too long, too deep or stands for too much.
        ValueError, yaml.YAMLError: It is not YAML.
    """
    try:
        with spending():
            _check_nesting(string)
            loaded = yaml.load(check_text(string), Loader=_Loader)  # noqa: S506 - a SafeLoader
    except (LimitExceeded, yaml.YAMLError):
        raise
    except Exception as error:
        raise ValueError(f"it can't be read ({error!r})") from error
    weigh(loaded)
    return loaded


def _check_nesting(string: str) -> None:
    # LibYAML builds nodes by recursion in C, where too deep means a crash of the process.
    depth = 0
    for event in ticking(yaml.parse(check_text(string), Loader=_Base)):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _MAX_DEPTH:
            raise LimitExceeded(f"YAML nested more than {_MAX_DEPTH} levels deep")


def _listed(loader: Any, node: Any) -> Any:
    # JSON has no sets, and Python's have no order.
    return list(loader.construct_mapping(node, deep=True))


_Loader.add_constructor(_SET, _listed)  # pyright: ignore[reportUnknownMemberType] - as above


class _Dumper(_DumperBase):  # type: ignore[misc]  # as above
    """Writes plain values only, and stops when there are too many."""

    def represent_data(self, data: Any) -> Any:
        budget().tick()
        return cast("Any", super().represent_data(data))  # pyright: ignore[reportUnknownMemberType] - as above


def dump_yaml(
    data: Any, *, sort_keys: bool = True, indent: int | None = None, allow_unicode: bool = False
) -> str:
    """Returns a value as YAML text."""
    if indent is not None:
        indent = min(indent, _MAX_INDENT)
    budget().allocate(indented(data, indent or _USUAL_INDENT))
    return yaml.dump(
        data,
        Dumper=_Dumper,
        sort_keys=sort_keys,
        indent=indent,
        allow_unicode=allow_unicode,
    )


def chunk_doc(string: str) -> list[str]:
    """Returns the text in pieces of whole paragraphs, about 2000 characters each."""
    chunks = [""]
    for paragraph in check_text(string).split("\n\n"):
        if chunks[-1] and len(chunks[-1]) + len(paragraph) > _CHUNK_SIZE:
            chunks.append("")
        chunks[-1] += ("\n\n" if chunks[-1] else "") + paragraph
    return chunks

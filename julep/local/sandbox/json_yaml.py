"""JSON and YAML for expressions: read and written within limits."""

from __future__ import annotations

import json
from typing import Any, cast

import yaml

from julep._yaml import BASE, MOST_CHARACTERS, PlainLoader, check_nesting

from .budget import LimitExceeded, budget, spending, ticking
from .values import indented, weigh

_MAX_INDENT = 32  # more is blanks alone, once for each line and level
_USUAL_INDENT = 2  # of YAML
_CHUNK_SIZE = 2_000  # characters: a few paragraphs, short enough to have one subject
_FENCE = "```"


def check_text(text: str) -> str:
    """Return the text unless it is longer than what is read in one go."""
    if len(text) > MOST_CHARACTERS:
        raise LimitExceeded(f"Text of {len(text)} characters where {MOST_CHARACTERS} is the most")
    return text


def load_json(string: str) -> object:
    """Return the value that JSON text stands for."""
    return json.loads(check_text(string))


def dump_json(
    obj: object,
    *,
    indent: int | None = None,
    sort_keys: bool = False,
    ensure_ascii: bool = True,
    separators: tuple[str, str] | None = None,
) -> str:
    """Return a value as JSON text."""
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


def extract_json(string: str) -> object:
    """Return the value of the first fenced JSON block of a text, or else of the whole text."""
    _, opened, rest = check_text(string).partition(f"{_FENCE}json")
    if not opened:
        _, opened, rest = string.partition(_FENCE)
    block = rest.partition(_FENCE)[0] if opened else string
    return json.loads(block.strip(), strict=False)


_DumperBase: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class _Loader(PlainLoader):
    """Spends the budget of the evaluation that is going on."""

    too_much = LimitExceeded

    def count(self) -> None:
        """Count a value that is built."""
        budget().tick()

    def allocate(self, size: int) -> None:
        """Count bytes that are built."""
        budget().allocate(size)


def load_yaml(string: str) -> Any:
    """Return the value that YAML text stands for.

    Raises:
        LimitExceeded: It is too long, too deep or stands for too much.
        ValueError, yaml.YAMLError: It is not YAML.
    """
    try:
        with spending():
            events = yaml.parse(check_text(string), Loader=BASE)
            check_nesting(ticking(events), LimitExceeded)
            loaded = yaml.load(string, Loader=_Loader)  # noqa: S506 - a SafeLoader
    except (LimitExceeded, yaml.YAMLError):
        raise
    except Exception as error:
        raise ValueError(f"it can't be read ({error!r})") from error
    weigh(loaded)
    return loaded


class _Dumper(_DumperBase):  # type: ignore[misc]  # as above
    """Writes plain values only, and stops when there are too many."""

    def represent_data(self, data: object) -> object:
        budget().tick()
        return cast("object", super().represent_data(data))  # pyright: ignore[reportUnknownMemberType] - as above


def dump_yaml(
    data: object, *, sort_keys: bool = True, indent: int | None = None, allow_unicode: bool = False
) -> str:
    """Return a value as YAML text."""
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
    """Return the text in pieces of whole paragraphs, about 2000 characters each."""
    chunks = [""]
    for paragraph in check_text(string).split("\n\n"):
        if chunks[-1] and len(chunks[-1]) + len(paragraph) > _CHUNK_SIZE:
            chunks.append("")
        chunks[-1] += ("\n\n" if chunks[-1] else "") + paragraph
    return chunks

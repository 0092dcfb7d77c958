"""How values look in terminals and notebooks: short, in one line or broken, whatever they hold.

Both forms are made lazily and end at a limit, so that a value that is huge, or holds itself, costs
no more than what is shown of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, ClassVar, Final, NamedTuple, Protocol, TypeAlias, cast
from uuid import UUID

import attrs

LONGEST: Final = 2000
"""Characters of one line."""
SCREEN: Final = 120
"""Characters of one line that fits a screen."""
LONGEST_TEXT: Final = 100
"""Characters of a text in the form of one line."""
LONGEST_BLOCK_TEXT: Final = 1000
"""Characters of a text where lines are broken."""
MOST_LINES: Final = 100
MOST_ITEMS: Final = 10
MOST_FIELDS: Final = 40
"""A model declares fewer; servers may send any number."""
DEEPEST: Final = 10
_FIRST: Final = ("name", "title", "id")
"""The fields that say which one it is."""
MINOR_FIELDS: Final = (
    *("updated_at", "jobs", "project", "canonical_name", "task_token", "tokenizer", "token_count"),
    *("scope_id", "execution_id", "agent_id", "owner", "hash", "language", "modality", "source"),
    *("embedding_model", "embedding_dimensions", "inherit_tools", "transition_count"),
    *("recall_options", "render_templates", "auto_run_tools", "forward_tool_calls"),
)
"""Fields that readers seldom look for, and that do not tell one thing from another."""
_LEFT_OUT_FIRST: Final = (*MINOR_FIELDS, "created_at", "usage", "agents", "users", "metadata")
"""What is left out, in this order, of a line that is too long for a screen."""


class Printer(Protocol):
    """What is used of IPython's printer."""

    def text(self, text: str, /) -> None:
        """Write text."""

    def break_(self) -> None:
        """Begin a new line."""


class Shown:
    """A class whose objects are shown by what they hold.

    Fields that are empty or have their default are left out, and so are those with `repr=False`.
    """

    __slots__ = ()
    _shown_empty: ClassVar[frozenset[str]] = frozenset()
    """Fields that say something where they are empty."""

    @classmethod
    def __attrs_init_subclass__(cls) -> None:
        # IPython looks in classes one by one, and would find what attrs has written first.
        if "__repr__" in vars(cls):
            del cls.__repr__

    def __shown__(self) -> dict[str, Any]:
        """Return what there is to show, by name."""
        kind: type[Any] = type(self)
        fields = (field for field in attrs.fields(kind) if field.repr)
        held = ((field, getattr(self, field.name)) for field in fields)
        return {field.name: value for field, value in held if not _is_default(field, value)}

    def __repr__(self) -> str:
        return _brief(self)

    def _repr_pretty_(self, printer: Printer, _is_cycle: bool, /) -> None:
        """Write to IPython's printer."""
        width = getattr(printer, "max_width", 79) - getattr(printer, "indentation", 0)
        for number, line in enumerate(lines(self, width)):
            if number:
                printer.break_()
            printer.text(line)

    def _repr_html_(self) -> str | None:
        """Return HTML for notebooks, or None if the text says all there is."""
        from julep._html import html_of  # noqa: PLC0415 - only notebooks pay for it

        return html_of(self)


def _is_default(field: attrs.Attribute[Any], value: object) -> bool:
    default = field.default
    return type(value) is type(default) and bool(value == default)


def _is_empty(value: object) -> bool:
    if isinstance(value, Shown):
        return not any(map(_says_something, value.__shown__().values()))
    return not _says_something(value)


def _says_something(value: object) -> bool:
    return value is not None and not (isinstance(value, (str, list, tuple, dict)) and not value)


def shown(value: Shown) -> dict[str, Any]:
    """Return what a value shows, what says which one it is first."""
    keeps = value._shown_empty  # noqa: SLF001 - its own class says so
    held = value.__shown__().items()
    fields = {name: item for name, item in held if name in keeps or not _is_empty(item)}
    return {name: fields[name] for name in _FIRST if name in fields} | fields


def field_name(name: str) -> str:
    """Return the name of a field; servers may call their own anything."""
    return name if name.isidentifier() and len(name) <= LONGEST_TEXT else one_line(name)


def _brief(value: Shown) -> str:
    """Return what fits a line of a screen, and besides only what says most."""
    begin = f"{type(value).__name__}("
    fields = islice(shown(value).items(), MOST_FIELDS)
    parts = {name: f"{field_name(name)}={_cell(item, value)}, " for name, item in fields}
    over = len(begin) + sum(map(len, parts.values())) - SCREEN
    count = len(parts)
    for name in _LEFT_OUT_FIRST:
        if over > 0:
            over -= len(parts.pop(name, ""))
    more = "…" if len(parts) < count else ""
    return cut(f"{begin}{''.join([*parts.values(), more]).removesuffix(', ')})", LONGEST)


def _cell(item: object, holder: object) -> str:
    return _flat(item, LONGEST_TEXT, LONGEST_TEXT, (id(holder),), MINOR_FIELDS)


def one_line(value: object, most: int = LONGEST) -> str:
    """Return a value in one line of at most `most` characters; what is left out is an ellipsis."""
    return _flat(value, most, LONGEST_TEXT, ())


def lines(value: object, width: int = 79) -> list[str]:
    """Return a value in one line if that is short enough, else in several."""
    found = list(islice(_lines(("", value), "", width, 0, ()), MOST_LINES + 1))
    return found if len(found) <= MOST_LINES else [*found[:MOST_LINES], "…"]


_Part: TypeAlias = tuple[str, object]
"""A value that another one holds, and what is written before it."""


class _Group(NamedTuple):
    """A value that holds others, with what is written around and before them."""

    begin: str
    parts: list[_Part]
    end: str


class _Verbatim(str):
    """Text that is shown as it is."""

    __slots__ = ()


_LEFT_OUT: Final = ("", _Verbatim("…"))
"""Stands for the parts that are not shown."""


def _flat(
    value: object, most: int, text: int, path: tuple[int, ...], without: Sequence[str] = ()
) -> str:
    line = ""
    for piece in _pieces(value, text, path, without):
        line += piece
        if len(line) > most:
            return cut(line, most)
    return line


def _pieces(
    value: object, text: int, path: tuple[int, ...], without: Sequence[str]
) -> Iterator[str]:
    group = _group(value, path, without)
    if group is None:
        yield _leaf(value, text)
        return
    yield group.begin
    for number, (before, part) in enumerate(group.parts):
        yield f", {before}" if number else before
        yield from _pieces(part, text, (*path, id(value)), without)
    yield group.end


def _lines(
    part: _Part, after: str, width: int, indent: int, path: tuple[int, ...]
) -> Iterator[str]:
    before, value = part
    margin = " " * indent + before
    group = _group(value, path)
    if group is None:
        yield f"{margin}{_leaf(value, LONGEST_BLOCK_TEXT)}{after}"
        return
    room = max(1, width - len(margin) - len(after))
    line = _flat(value, room + 1, LONGEST_BLOCK_TEXT, path)
    if len(line) <= room or group.parts == [_LEFT_OUT]:
        yield f"{margin}{line}{after}"
        return
    yield margin + group.begin
    for inner in group.parts:
        yield from _lines(inner, ",", width, indent + 4, (*path, id(value)))
    yield " " * indent + group.end + after


def _group(value: object, path: tuple[int, ...], without: Sequence[str] = ()) -> _Group | None:
    """Return what a value holds, as far as it is shown; None if it is shown as a whole."""
    kind = _kind(value, without)
    if kind is None:
        return None
    begin, parts, end = kind
    if id(value) in path or len(path) == DEEPEST:
        parts = iter([_LEFT_OUT])
    most = MOST_FIELDS if isinstance(value, Shown) else MOST_ITEMS
    kept = list(islice(parts, most + 1))
    if len(kept) > most:
        kept[most] = _LEFT_OUT
    return _Group(begin, kept, end)


def _kind(value: object, without: Sequence[str]) -> tuple[str, Iterator[_Part], str] | None:
    if isinstance(value, Shown):
        fields = ((name, item) for name, item in shown(value).items() if name not in without)
        parts = ((f"{field_name(name)}=", item) for name, item in fields)
        return f"{type(value).__name__}(", parts, ")"
    if isinstance(value, Mapping):
        items = cast("Mapping[object, object]", value).items()
        return "{", ((f"{one_line(key, LONGEST_TEXT)}: ", item) for key, item in items), "}"
    if type(value) in _BRACKETS:
        begin, end = _BRACKETS[type(value)]
        return begin, (("", item) for item in cast("Sequence[object]", value)), end
    return None


_BRACKETS: Final[Mapping[type, tuple[str, str]]] = {list: ("[", "]"), tuple: ("(", ")")}


def _leaf(value: object, text: int) -> str:
    if isinstance(value, _Verbatim):
        return value
    if isinstance(value, str):
        return repr(cut(str.__str__(value), text))
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, UUID):
        return repr(str(value))
    return cut(_own_repr(value), text)


def _own_repr(value: object) -> str:
    """Return the `repr` of something that isn't ours, in one line."""
    if isinstance(value, (bytes, bytearray)):
        value = bytes(value[:LONGEST])
    try:
        written = repr(value)
    except Exception:  # noqa: BLE001 - showing a value must not fail
        return f"<{type(value).__name__}>"
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in written)


def cut(text: str, most: int) -> str:
    """Return a text of at most `most` characters; what is left out is an ellipsis."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def iso(time: datetime) -> str:
    """Return a time in ISO 8601, to the second."""
    return time.isoformat(timespec="seconds").replace("+00:00", "Z")

"""HTML made of elements: all text is escaped here, and nowhere else.

There are no scripts, links and classes, and no colours but those of the text around, so that the
result is harmless, needs nothing, and suits dark and light notebooks alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from html import escape
from typing import Final

from julep.types._repr import Shown, cut, iso, lines, one_line

LONGEST_TEXT: Final = 20_000
"""Characters of a text that is shown for its own sake, such as an answer."""
LONGEST_ENTRY: Final = 2000
"""Characters of a text among many, such as a message of a conversation."""
LONGEST_CELL: Final = 400
LONGEST_WORD: Final = 36
"""Characters of what is kept in one line, such as an id."""
MOST_ROWS: Final = 100

_INVISIBLE: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
"""Controls, what turns the direction of the text around, and what UTF-8 can't carry."""

_LEFT: Final = (
    "text-align:left;vertical-align:top;padding:.15em .8em .15em 0;background:transparent"
)
FAINT: Final = "opacity:.65"
PRE: Final = "white-space:pre-wrap;overflow-wrap:anywhere"
_WORD: Final = "white-space:nowrap"
_CODE: Final = f"{PRE};font-family:monospace;background:transparent;color:inherit;padding:0"
_TABLE: Final = "border-collapse:collapse;margin:.3em 0"
_ROW: Final = "border-bottom:1px solid currentColor;border-color:rgba(128,128,128,.35)"


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


def element(name: str, *children: str, style: str = "") -> Html:
    """Return an element around text, which is escaped, and around other elements."""
    inner = "".join(child if isinstance(child, Html) else _escaped(child) for child in children)
    styled = f' style="{style}"' if style else ""
    return Html(f"<{name}{styled}>{inner}</{name}>")


def _escaped(text: str) -> str:
    return escape(_INVISIBLE.sub(lambda found: repr(found[0])[1:-1], text))


def block(*children: str, style: str = "") -> Html:
    """Return parts one below the other."""
    return element("div", *children, style=style)


def heading(*names: str, faint: str = "") -> Html:
    """Return a line that says what is shown."""
    shown = " ".join(cut(name, LONGEST_CELL) for name in names if name)
    if not shown:
        return block(element("strong", cut(faint, LONGEST_CELL)))
    return block(
        element("strong", shown), element("span", f" {cut(faint, LONGEST_CELL)}", style=FAINT)
    )


def note(text: str) -> Html:
    """Return a remark."""
    return block(cut(text, LONGEST_ENTRY), style=f"{FAINT};{PRE}")


def prose(text: str, most: int = LONGEST_TEXT) -> Html:
    """Return text with its line breaks."""
    return block(cut(text, most), style=PRE)


def cell(value: object, *, is_brief: bool = False) -> Html:
    """Return any value as a cell: text as it is, all else as Python shows it.

    Args:
        value: The value.
        is_brief: Whether it is one of many, and takes a line or two.
    """
    if isinstance(value, datetime):
        value = iso(value)
    if isinstance(value, str):
        is_word = len(value) <= LONGEST_WORD and "\n" not in value
        return element("span", cut(value, LONGEST_CELL), style=_WORD if is_word else PRE)
    if _has_parts(value) and not is_brief:
        text = "\n".join(lines(value))
        return element("code", cut(text, LONGEST_ENTRY), style=_CODE)
    return element("code", one_line(value, LONGEST_CELL), style=_CODE)


def _has_parts(value: object) -> bool:
    return isinstance(value, (Shown, list, dict))


def table(names: Iterable[str], rows: Iterable[Iterable[Html]]) -> Html:
    """Return rows of cells below the names of their columns, if those have any."""
    head = [element("th", name, style=_LEFT) for name in names]
    body = [element("tr", *_cells(row), style=_ROW) for row in rows]
    top = [element("tr", *head, style=_ROW)] if head else []
    return element("table", *top, *body, style=_TABLE)


def _cells(row: Iterable[Html]) -> Iterable[Html]:
    return (element("td", one, style=_LEFT) for one in row)


def rest(count: int, what: str) -> Html:
    """Return a remark on what is left out, if anything is."""
    return note(f"… and {count} {what}") if count > 0 else Html()

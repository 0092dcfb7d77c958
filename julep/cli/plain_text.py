"""Text of servers, made harmless for terminals."""

from __future__ import annotations

import json
import re
import sys
from typing import Any, Final

_UNSAFE: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f"  # control characters, which begin escape sequences
    "\ud800-\udfff"  # halves of characters, which can't be written
    "\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]"  # what turns the order of letters, or breaks lines
)
_UNSAFE_IN_TEXT: Final = re.compile(_UNSAFE.pattern.replace("\x00-\x1f", "\x00-\x08\x0b-\x1f"))
"""The same but for tabs and line breaks."""


def in_a_line(text: object) -> str:
    """Return text that stays within its line, with what a terminal would obey written as escapes."""
    return _UNSAFE.sub(_escaped, str(text))


def in_lines(text: str) -> str:
    """Return text that may have several lines, likewise; carriage returns go."""
    return _UNSAFE_IN_TEXT.sub(_escaped, text.replace("\r", ""))


def as_json(value: Any, *, indent: int | None = None) -> str:
    """Return a value as JSON, in which a terminal finds nothing to obey either.

    Where stdout takes less than Unicode, letters are escaped as JSON has it: another way would break it.
    """
    takes_all = (sys.stdout.encoding or "utf-8").lower().startswith("utf")
    text = json.dumps(value, ensure_ascii=not takes_all, default=str, indent=indent)
    # In JSON, line breaks stand between values alone.
    return _UNSAFE_IN_TEXT.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _escaped(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"

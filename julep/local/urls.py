"""Addresses as they may be shown."""

from __future__ import annotations

import re

# What follows the scheme up to the last `@` before the path; where a slash stands in the password
# unescaped, up to the `@` behind it. Digits and a slash are a port.
_USERINFO = re.compile(r"(?<=://)(?:[^/?#\s]*|[^/?#\s@:]*:(?!\d*(?:[/?#\s]|$))\S*)@")
_WORD = re.compile(r"\S+")


def without_userinfo(text: str) -> str:
    """Hide names and passwords in the URLs of a text."""
    return _WORD.sub(_hidden, text)


def _hidden(word: re.Match[str]) -> str:
    # Without its last `@`, what begins like a URL would be searched to the end again and again.
    before, at, rest = word[0].rpartition("@")
    return _USERINFO.sub("***@", f"{before}{at}") + rest

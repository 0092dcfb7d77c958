"""Addresses as they may be shown."""

from __future__ import annotations

import re

# What follows the scheme up to the last `@` before the path; where a slash stands in the password
# unescaped, up to the `@` behind it. Digits and a slash are a port.
_USERINFO = re.compile(r"(?<=://)(?:[^/?#\s]*|[^/?#\s@:]*:(?!\d*(?:[/?#\s]|$))\S*)@")


def without_userinfo(text: str) -> str:
    """Hide names and passwords in the URLs of a text."""
    return _USERINFO.sub("***@", text)

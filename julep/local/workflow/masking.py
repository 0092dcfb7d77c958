"""Texts about what happened, without the secrets that took part in it."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Iterator, Mapping
from urllib.parse import quote, quote_plus

_LEAST_SECRET = 4
"""Characters; shorter ones are parts of too many words."""


def masked(text: str, secrets: Mapping[str, str]) -> str:
    """Return a text with `***` in the place of each secret's value, in any form that it may have."""
    values = (value for value in secrets.values() if len(value) >= _LEAST_SECRET)
    shown = {form for value in values for form in _forms(value)}
    # The longer ones first: one secret may begin like another.
    for form in sorted(shown, key=len, reverse=True):
        text = text.replace(form, "***")
    return text


def _forms(secret: str) -> Iterator[str]:
    """Return how a secret may stand in a text: as it is, in a URL, in JSON, in Python, in a login."""
    yield secret
    yield from (quote(secret), quote(secret, safe=""), quote_plus(secret))
    yield from (json.dumps(secret)[1:-1], repr(secret)[1:-1])
    written = secret.encode(errors="replace")
    yield repr(written)[2:-1]
    yield from (_in_base64(written, before) for before in range(3))


def _in_base64(secret: bytes, before: int) -> str:
    """Return the digits that are a secret's alone, behind so many bytes of something else."""
    digits = base64.b64encode(bytes(before) + secret).decode()
    return digits[math.ceil(before * 8 / 6) : (before + len(secret)) * 8 // 6]

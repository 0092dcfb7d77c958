"""Sampling settings with the ranges that the API allows."""

from __future__ import annotations

from julep.local.fields import Field, Form, Problems, number, optional
from julep.types._json import JsonObject

_PENALTY = optional(number(-2, 2))
_WEIGHT = optional(number(0, 2))
_SHARE = optional(number(0, 1))

SAMPLING = {
    "frequency_penalty": Field(_PENALTY, None),
    "presence_penalty": Field(_PENALTY, None),
    "temperature": Field(optional(number(0, 5)), None),
    "top_p": Field(_SHARE, None),
    "repetition_penalty": Field(_WEIGHT, None),
    "length_penalty": Field(_WEIGHT, None),
    "min_p": Field(_SHARE, None),
}


class _GivenOnly(Form[JsonObject]):
    """A form that fills in nothing: what was not sent stays out."""

    def __call__(self, value: object, loc: str, problems: Problems) -> object:
        return self._fill(value, loc, problems, defaults=False)


DEFAULT_SETTINGS = _GivenOnly(SAMPLING, open=True)
"""An agent's settings: whatever its model takes, with the known ones in their ranges."""

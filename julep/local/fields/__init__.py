"""Checks of request bodies: each takes a value and where it stands, and notes what is wrong.

A check is a function of `(value, loc, problems)` that returns the value to store. It adds to
`problems` instead of raising, so one answer tells the caller everything that is wrong. A check
also has a `schema`, the JSON Schema of what it takes, from which the API's description is made.
"""

from __future__ import annotations

from .checks import (
    anything,
    boolean,
    identifier,
    mapping,
    number,
    one_of,
    text,
    web_address,
    whole_number,
)
from .combined import either, hidden, optional, or_empty, sequence, texts, values
from .form import REQUIRED, Field, Form
from .problems import Problems, invalid, problem
from .schema import Check, described, schema_of

__all__ = [
    "REQUIRED",
    "Check",
    "Field",
    "Form",
    "Problems",
    "anything",
    "boolean",
    "described",
    "either",
    "hidden",
    "identifier",
    "invalid",
    "mapping",
    "number",
    "one_of",
    "optional",
    "or_empty",
    "problem",
    "schema_of",
    "sequence",
    "text",
    "texts",
    "values",
    "web_address",
    "whole_number",
]

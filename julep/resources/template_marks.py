"""Marks of templates in data: servers that render new messages would take them for their own."""

from __future__ import annotations

import re
from typing import Any

from julep.types._json import is_array, is_object

_MARK = re.compile(r"\{[{%#]")


def has_mark(value: Any) -> bool:
    """Tell whether something in a JSON value begins like a template."""
    if isinstance(value, str):
        return _MARK.search(value) is not None
    parts = value.values() if is_object(value) else value if is_array(value) else ()
    return any(map(has_mark, parts))


def escaped(value: Any) -> Any:
    """Write each mark in a JSON value as a template that gives the mark."""
    if isinstance(value, str):
        return _MARK.sub(lambda mark: "{{ '" + mark[0] + "' }}", value)
    if is_array(value):
        return [escaped(item) for item in value]
    return {key: escaped(item) for key, item in value.items()} if is_object(value) else value

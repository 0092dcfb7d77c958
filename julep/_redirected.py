"""Whether what a redirect led to shows that a write was done, which the redirect itself does not say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from julep.types._json import as_object, is_array, is_object

from ._codec import OMIT, decode_json, encode
from ._reply import Reply

_OF_RECEIPTS: Final = frozenset({"id", "created_at", "updated_at", "deleted_at", "jobs"})
"""What servers answer to a delete; what was to be deleted has more."""


def shows(value: Any, method: str, body: Any) -> bool:
    """Tell whether a JSON value may be what a write left behind. What it does not tell does not count."""
    if not is_object(value):
        return True
    if method == "DELETE":
        return value.keys() <= _OF_RECEIPTS
    sent = {} if body is OMIT else as_object(decode_json(encode(body)))
    if method != "PATCH" and _differ(sent, value, "metadata"):
        # Which is overwritten whole, and is the only object that servers fill nothing into.
        return False
    return all(_is_alike(given, value[name], name) for name, given in sent.items() if name in value)


def _differ(sent: Mapping[str, Any], value: Mapping[str, Any], name: str) -> bool:
    return name in sent and name in value and (sent[name] or {}) != (value[name] or {})


def _is_alike(given: Any, stored: Any, name: str = "") -> bool:
    """Compare what may be compared although servers fill in and normalise: values of the same kind."""
    if given is None:
        return True
    if stored is None:
        return not given
    if is_object(given) and is_object(stored):
        return all(_is_alike(given[key], stored.get(key)) for key in given)
    if is_array(stored):
        # One text may stand for a list of it. To tools servers add what is inherited.
        items = given if is_array(given) else [given]
        is_whole = len(items) == len(stored) or (name == "tools" and len(items) < len(stored))
        return is_whole and all(map(_is_alike, items, stored))
    return _kind(given) is not _kind(stored) or given == stored


def _kind(value: object) -> type[object]:
    return float if type(value) is int else type(value)


def advice(reply: Reply, path: str) -> str:
    """Say what to do about a redirect that leads to the same path of another address."""
    base, before = reply.place.removesuffix(path), reply.url.removesuffix(path)
    return (
        "" if base in {reply.place, before} else f"use base_url={base!r}, where the redirect leads"
    )

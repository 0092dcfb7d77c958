"""How values cross between the server and its workers: pickled, with a list of types that may.

The list is what keeps a worker that was taken over from running code in the server: there is
nothing on it that does more than hold data.
"""

from __future__ import annotations

import datetime as dt
import io
import pickle
from collections.abc import Callable, Collection, Mapping, MappingView
from typing import Any, cast
from uuid import UUID

from julep.local.errors import BadRequest

from .budget import LimitExceeded
from .expressions import EvaluateError
from .values import NotJson

_BASES: tuple[type, ...] = (str, int, float, dict, list, tuple)
_PLAIN: tuple[type, ...] = (
    *(*_BASES, range, complex, bytes, set, frozenset),
    *(dt.date, dt.datetime, dt.time, dt.timedelta, dt.timezone),
)


_ERRORS: Mapping[str, type[Exception]] = {
    error.__name__: error
    for error in (AssertionError, BadRequest, EvaluateError, LimitExceeded, NotJson, ValueError)
}


class Opaque:
    """Stands for a value that stays where it was made, such as a pattern's match."""


def _opaque(kind: str) -> Opaque:
    made: Opaque = type(kind, (Opaque,), {})()
    return made


_CROSSING: tuple[Callable[..., object], ...] = (*_PLAIN, UUID, _opaque)
_KNOWN: Mapping[tuple[str, str], Callable[..., object]] = {
    (each.__module__, each.__name__): each for each in _CROSSING
}


class _Pickler(pickle.Pickler):
    def reducer_override(self, value: object) -> Any:
        if type(value) in _PLAIN or value in _CROSSING:
            return NotImplemented
        if isinstance(value, UUID):
            return UUID, (str(value),)
        if isinstance(value, MappingView):
            return list, (list(cast("Collection[object]", value)),)
        for base in _BASES:  # a subclass, such as a named tuple
            if isinstance(value, base):
                return base, (base(value),)
        return _opaque, (type(value).__name__,)


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> object:
        if (found := _KNOWN.get((module, name))) is None:
            raise pickle.UnpicklingError(f"{module}.{name} does not cross")
        return found


def dump(value: object) -> bytes:
    """Return a value as bytes; what of it can't cross is opaque on the other side."""
    written = io.BytesIO()
    _Pickler(written, protocol=pickle.HIGHEST_PROTOCOL).dump(value)
    return written.getvalue()


def load(written: bytes) -> Any:
    """Return the value that was dumped; its types are the plain ones, which no checker knows.

    Raises:
        pickle.UnpicklingError: It holds something that may not cross.
    """
    return _Unpickler(io.BytesIO(written)).load()


def error_name(error: Exception) -> str:
    """Return the name by which an error crosses; those of other kinds are limits that were met."""
    kinds = (kind.__name__ for kind in type(error).__mro__)
    return next((kind for kind in kinds if kind in _ERRORS), LimitExceeded.__name__)


def named_error(name: str, text: str, expression: object) -> Exception:
    """Return the error of that name, which may be that of an expression; workers are not trusted to say text."""
    error = _ERRORS[name](text)
    if isinstance(error, EvaluateError) and isinstance(expression, str):
        error.expression = expression
    return error

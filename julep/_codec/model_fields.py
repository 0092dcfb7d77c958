"""What readers ask of the classes of models."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_origin

import attrs

from julep.types._model import Model

from .mismatch import Mismatch
from .values import Find


def declared_fields(model: type[Model]) -> list[attrs.Attribute[Any]]:
    """Return the fields that a model is read from, with their types resolved."""
    attrs.resolve_types(model)
    return [field for field in attrs.fields(model) if field.init and field.name != "_extra"]


def maker(default: Any) -> Callable[[], Any]:
    """Return what makes a field's default."""
    factory: Callable[[], Any] | None = getattr(default, "factory", None)
    # `list[str]()` is several times as slow as `list()`, and the same.
    return (get_origin(factory) or factory) if factory else lambda: default


def reshapes(model: type[Model]) -> bool:
    """Tell whether a model brings what it is read from into another form first."""
    return any("__reshape__" in vars(base) for base in model.__mro__ if base is not Model)


def reader_of_unknown(model: type[Model], find: Find) -> Callable[[Any], Any]:
    """Return what reads the values of fields that a model doesn't declare."""
    form = model.__extra_form__
    if form is None:
        return lambda value: value
    hook = find(form)

    def read(value: Any) -> Any:
        try:
            return hook(value, form)
        except (KeyError, Mismatch):
            return value

    return read

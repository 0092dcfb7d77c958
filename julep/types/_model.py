"""What all models share: unknown fields are kept and shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar

import attrs

from ._plain import OMIT, to_plain

__all__ = ["OMIT", "Model"]

_NOTHING: Mapping[str, Any] = MappingProxyType({})


@attrs.define(kw_only=True)
class Model:
    """A JSON object of the API, with its fields as attributes.

    Fields that this version of the SDK doesn't know are kept: they are readable as attributes
    and through `extra`, and take part in comparison, `repr` and copies.

    Attributes:
        _extra: Fields that the class doesn't declare, by name; None when there are none.
    """

    tag: ClassVar[tuple[str, str] | None] = None
    """The field and the value that tell this member of a union from the others."""
    key: ClassVar[str] = ""
    """A field that only this member of a union has."""

    _extra: Mapping[str, Any] | None = attrs.field(default=None, repr=False, alias="extra")

    @classmethod
    def __attrs_init_subclass__(cls) -> None:
        setattr(cls, "__repr__", _with_extra(cls.__repr__))  # noqa: B010 - mypy forbids the plain form

    @property
    def extra(self) -> Mapping[str, Any]:
        """The fields that this class doesn't declare, by name."""
        return self._extra or _NOTHING

    def to_dict(self) -> dict[str, Any]:
        """Give the model as plain data that JSON can carry, under the API's field names."""
        plain: dict[str, Any] = to_plain(self)
        return plain

    @classmethod
    def reshape(cls, value: Any) -> Any:
        """Bring what some servers send into the form that the class declares."""
        return value

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            # Slots are unset while a copy is being made, so private names end here.
            if not name.startswith("_") and name in self.extra:
                return self.extra[name]
            raise AttributeError(
                f"{type(self).__name__!r} object has no attribute {name!r}", name=name, obj=self
            )


def _with_extra(declared: Callable[[Any], str]) -> Callable[[Any], str]:
    """Show the unknown fields after the declared ones."""

    def represent(self: Model) -> str:
        text = declared(self)
        added = ", ".join(f"{name}={value!r}" for name, value in self.extra.items())
        comma = ", " if added and not text.endswith("()") else ""
        return f"{text[:-1]}{comma}{added})"

    return represent

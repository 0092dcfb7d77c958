"""What all models share: unknown fields are kept and shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import attrs

from ._absent import no_attribute
from ._as_dict import AsDict
from ._plain import OMIT

__all__ = ["OMIT", "Model", "tagged"]

_NOTHING: Mapping[str, Any] = MappingProxyType({})


ModelT = TypeVar("ModelT", bound="Model")


def tagged(field: str, value: str, *, key: str = "") -> Callable[[type[ModelT]], type[ModelT]]:
    """Make a class the member of its unions that `field` names by `value`, or that has `key`."""

    def tag(model: type[ModelT]) -> type[ModelT]:
        model.__tag__ = (field, value)
        model.__key__ = key or value
        return model

    return tag


@attrs.define(kw_only=True, repr=False)
class Model(AsDict):
    """A JSON object of the API, with its fields as attributes.

    Fields that this version of the SDK doesn't know are kept: they are readable as attributes
    and through `extra`, and take part in comparison, `repr` and copies.

    Attributes:
        extra: Fields that the class doesn't declare, by name.
    """

    __tag__: ClassVar[tuple[str, str] | None] = None
    """The field and the value that tell this member of a union from the others."""
    __key__: ClassVar[str] = ""
    """The field in JSON that only this member of a union has; it decides when there is no tag."""

    __bare__: ClassVar[str] = ""
    """The field that a bare array is read as."""
    __extra_form__: ClassVar[Any] = None
    """What unknown fields are read as, where they can be."""

    __late__: ClassVar[frozenset[str]] = frozenset()
    """The fields that servers of 2024 are sent in vain: they don't store them."""

    _extra: Mapping[str, Any] | None = attrs.field(default=None, repr=False, alias="extra")

    @classmethod
    def __reshape__(cls, fields: dict[str, Any]) -> dict[str, Any]:
        """Bring what some servers send into the form that the class declares."""
        return fields

    def __keep__(self, unknown: Mapping[str, Any]) -> None:
        """Take the fields that the class doesn't declare."""
        self._extra = unknown

    def __shown__(self) -> dict[str, Any]:
        """Return what there is to show, without what the class says already."""
        own = type(self)
        unknown = {name: value for name, value in self.extra.items() if not hasattr(own, name)}
        held = {**super().__shown__(), **unknown}
        return {name: value for name, value in held.items() if (name, value) != own.__tag__}

    def __wire__(self, *, nulls: bool) -> dict[str, Any]:
        """Return the fields by their names in JSON, with or without optional ones that are None."""
        unknown = {n: value for n, value in self.extra.items() if nulls or value is not None}
        return {**super().__wire__(nulls=nulls), **unknown}

    @property
    def extra(self) -> Mapping[str, Any]:
        """The fields that this class doesn't declare, by name."""
        return self._extra or _NOTHING

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            # Slots are unset while a copy is being made, so private names end here.
            if not name.startswith("_") and name in self.extra:
                return self.extra[name]
            raise no_attribute(self, name)

"""What all models share: unknown fields are kept and shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import attrs

from ._plain import OMIT, to_plain, wire_name
from ._repr import Shown

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
class Model(Shown):
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

    __fields__: ClassVar[Sequence[tuple[str, str, bool]]] = ()
    """Name, name in JSON, and whether it is always sent, of each declared field."""
    __bare__: ClassVar[str] = ""
    """The field that a bare array is read as."""
    __extra_form__: ClassVar[Any] = None
    """What unknown fields are read as, where they can be."""

    __late__: ClassVar[frozenset[str]] = frozenset()
    """The fields that servers of 2024 are sent in vain: they don't store them."""

    _extra: Mapping[str, Any] | None = attrs.field(default=None, repr=False, alias="extra")

    @classmethod
    def __attrs_init_subclass__(cls) -> None:
        super().__attrs_init_subclass__()
        fields = (field for field in attrs.fields(cls) if field.init and field.alias != "extra")
        cls.__fields__ = [(f.name, wire_name(f.name), f.default is attrs.NOTHING) for f in fields]

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
        pairs = ((wire, getattr(self, name), must) for name, wire, must in self.__fields__)
        declared = {
            wire: value for wire, value, must in pairs if must or nulls or value is not None
        }
        return {**declared, **self.extra}

    @property
    def extra(self) -> Mapping[str, Any]:
        """The fields that this class doesn't declare, by name."""
        return self._extra or _NOTHING

    def to_dict(self, *, compact: bool = False) -> dict[str, Any]:
        """Return the model as plain data that JSON can carry, under the API's field names.

        Args:
            compact: Whether optional fields that are None are left out, here and in the models
                below. What the class doesn't declare stays as it is, and so does data such as
                metadata.
        """
        plain: dict[str, Any] = to_plain(self, nulls=not compact)
        return plain

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        """Yield the pairs of `to_dict`, so that `dict(model)` is the same, as FastAPI asks for."""
        yield from self.to_dict().items()

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        """Describe the class to pydantic, which alone calls this."""
        from julep._pydantic import core_schema_of  # noqa: PLC0415 - only its users have it

        return core_schema_of(source, handler)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: Any) -> dict[str, Any]:
        """Describe the class in JSON Schema, as pydantic asks for it."""
        from julep._pydantic import json_schema_of  # noqa: PLC0415 - as above

        return json_schema_of(cls, schema, handler)

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            # Slots are unset while a copy is being made, so private names end here.
            if not name.startswith("_") and name in self.extra:
                return self.extra[name]
            raise AttributeError(
                f"{type(self).__name__!r} object has no attribute {name!r}", name=name, obj=self
            )

"""What models and results have in common: they become plain data, by themselves and for pydantic."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

import attrs

from ._plain import to_plain, wire_name
from ._repr import Shown


class AsDict(Shown):
    """A class of named fields that JSON can carry."""

    __slots__ = ()

    __fields__: ClassVar[Sequence[tuple[str, str, bool]]] = ()
    """Name, name in JSON, and whether it is always sent, of each declared field."""

    @classmethod
    def __attrs_init_subclass__(cls) -> None:
        super().__attrs_init_subclass__()
        kind: type[Any] = cls
        fields = (field for field in attrs.fields(kind) if field.init and field.alias != "extra")
        cls.__fields__ = [(f.name, wire_name(f.name), f.default is attrs.NOTHING) for f in fields]

    def __wire__(self, *, nulls: bool) -> dict[str, Any]:
        """Return the fields by their names in JSON, with or without optional ones that are None."""
        pairs = ((wire, getattr(self, name), must) for name, wire, must in self.__fields__)
        return {wire: value for wire, value, must in pairs if must or nulls or value is not None}

    def to_dict(self, *, compact: bool = False) -> dict[str, Any]:
        """Return this as plain data that JSON can carry, under the API's field names.

        Args:
            compact: Whether optional fields that are None are left out, here and in the models
                below. Data such as metadata stays as it is.

        Raises:
            TypeError: A field holds what JSON can't carry, such as an object of a class of yours.
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

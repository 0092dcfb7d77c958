"""Objects with named fields: users' own classes, and the arguments of functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import attrs

from julep._codec.mismatch import JSON_NAMES, Mismatch, named, refused_by, text_of
from julep.types._json import is_object
from julep.types._plain import OMIT, to_plain

from .base import Definitions, Schema, Shape
from .values import Choice


@attrs.frozen
class Field:
    """One field of a class, or one parameter of a function, for both directions.

    Attributes:
        name: What it is called in Python.
        wire: What it is called in JSON.
        shape: What its values look like.
        required: Whether it has no default.
        default: The default; `OMIT` where there is none, or where a function makes it.
        description: What it is, in the words of a docstring.
    """

    name: str
    wire: str
    shape: Shape
    required: bool = True
    default: Any = OMIT
    description: str = ""

    def schema(self, definitions: Definitions) -> Schema:
        """Return the JSON Schema of the values, with what is known of the field."""
        schema = self.shape.schema(definitions)
        if self.description:
            schema = {"description": self.description} | schema
        if self.default is not OMIT:
            schema |= _shown_default(self.default)
        return schema


def _shown_default(default: Any) -> Schema:
    try:
        return {"default": to_plain(default)}
    except (TypeError, RecursionError):
        return {}  # JSON can't show it


@attrs.define(eq=False)
class Fields(Shape):
    """An object with given names, read as a dict by the names in Python.

    Attributes:
        fields: The fields, in order.
        closed: Whether other names are refused; else they are passed over.
    """

    fields: Sequence[Field] = ()
    closed: bool = False

    @property
    def expected(self) -> str:
        return JSON_NAMES[dict]

    @property
    def hashable(self) -> bool:
        return False

    def schema(self, definitions: Definitions) -> Schema:
        properties = {field.wire: field.schema(definitions) for field in self.fields}
        schema: Schema = {"type": "object", "properties": properties}
        if required := [field.wire for field in self.fields if field.required]:
            schema["required"] = required
        return schema | {"additionalProperties": False} if self.closed else schema

    def read(self, value: Any) -> dict[str, Any]:
        if not is_object(value):
            raise Mismatch("", self.expected, named(value))
        if self.closed:
            self._refuse_unknown(value)
        found = {field.name: _read(field, value) for field in self.fields if field.wire in value}
        for field in self.fields:
            if field.required and field.wire not in value:
                raise Mismatch(field.wire, field.shape.expected, "nothing")
        return found

    def suits(self, value: Any) -> bool:
        """Tell whether names are there, and choices that often tell members of unions apart."""
        return is_object(value) and all(_may_hold(value, field) for field in self.fields)

    def _refuse_unknown(self, value: dict[str, Any]) -> None:
        names = [field.wire for field in self.fields]
        for name in value:
            if name not in names:
                known = f"one of the names {', '.join(names)}" if names else "no names at all"
                raise Mismatch(name, known, "an unknown name")


def _may_hold(value: dict[str, Any], field: Field) -> bool:
    if field.wire not in value:
        return not field.required
    return not isinstance(field.shape, Choice) or field.shape.suits(value[field.wire])


def _read(field: Field, value: dict[str, Any]) -> Any:
    try:
        return field.shape.read(value[field.wire])
    except Mismatch as mismatch:
        raise mismatch.under(field.wire) from None


@attrs.define(eq=False)
class Record(Shape):
    """A class of a user's with named fields.

    Attributes:
        kind: The class.
        name: What it is called in the schema.
        fields: Its fields; they are filled in after it is known, since they may refer to it.
        description: What it is, in the words of its docstring.
    """

    kind: Callable[..., Any]
    name: str
    fields: Fields = attrs.field(factory=Fields)
    description: str = ""

    @property
    def expected(self) -> str:
        required = ", ".join(field.wire for field in self.fields.fields if field.required)
        return (
            f"an object with {required} ({self.name})" if required else f"an object ({self.name})"
        )

    @property
    def hashable(self) -> bool:
        return getattr(self.kind, "__hash__", None) is not None

    def schema(self, definitions: Definitions) -> Schema:
        return definitions.refer(self, self.name, lambda _: self._defined(definitions))

    def _defined(self, definitions: Definitions) -> Schema:
        described = {"description": self.description} if self.description else {}
        return described | self.fields.schema(definitions)

    def read(self, value: Any) -> Any:
        if not is_object(value):
            raise Mismatch("", self.expected, named(value))
        fields = self.fields.read(value)
        try:
            return self.kind(**fields)
        except Exception as error:  # noqa: BLE001 - a validator may raise anything
            why = f"{type(error).__name__}: {text_of(error)}"
            raise refused_by(self.name, why, named(value)) from None

    def suits(self, value: Any) -> bool:
        return self.fields.suits(value)

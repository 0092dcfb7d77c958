"""Forms: which fields a body has, how each is checked, and what it is when it isn't sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Generic, TypeVar, cast

import attrs

from julep.local.errors import Invalid
from julep.types._json import JsonObject, as_object, is_object

from .problems import Problems, join, problem
from .schema import Check, schema_of

REQUIRED: object = object()
T = TypeVar("T")
_NO_OBJECT = "Input should be a valid dictionary or object to extract fields from"


@attrs.frozen
class Field:
    """A field of a body: how it is checked, and what it is when it isn't sent."""

    check: Check
    default: object = REQUIRED

    @property
    def schema(self) -> JsonObject:
        """The JSON Schema of its values."""
        if self.default is REQUIRED:
            return schema_of(self.check)
        return {**schema_of(self.check), "default": self.fallback()}

    def fallback(self) -> object:
        """Return what the field is when it isn't sent."""
        return self.default() if callable(self.default) else self.default


@attrs.frozen
class Form(Generic[T]):
    """The fields of a body, which make a record; others are dropped, or kept where `open` says so.

    Attributes:
        secret: The body holds something that no error may repeat.
    """

    fields: Mapping[str, Field]
    open: bool = False
    secret: bool = False

    @property
    def schema(self) -> JsonObject:
        """The JSON Schema of the bodies that it takes."""
        properties = {name: field.schema for name, field in self.fields.items()}
        required = [name for name, field in self.fields.items() if field.default is REQUIRED]
        return {
            "type": "object",
            "properties": properties,
            **({"required": required} if required else {}),
        }

    def read(self, body: object, loc: str = "") -> T:
        """Return the whole record: what was sent, and defaults for the rest.

        Args:
            body: What was sent.
            loc: Where it stands in the request; as a whole if empty.

        Raises:
            Invalid: A field is missing, or has the wrong type or size.
        """
        # `tests/test_definitions.py` holds the fields of forms and of records together.
        return cast("T", self._checked(body, loc, defaults=True))

    def sent(self, body: object) -> JsonObject:
        """Return only what was sent and isn't null, for a change that leaves the rest alone.

        Raises:
            Invalid: A field has the wrong type or size.
        """
        checked = self._checked(body, "", defaults=False)
        return {key: value for key, value in checked.items() if value is not None}

    def __call__(self, value: object, loc: str, problems: Problems) -> object:
        """Check a nested object, as a part of another form."""
        return self._fill(value, loc, problems, defaults=True)

    def _checked(self, body: object, loc: str, *, defaults: bool) -> JsonObject:
        problems: Problems = []
        result = self._fill(body, loc, problems, defaults=defaults)
        if problems:
            raise Invalid(problems)
        return as_object(result)

    def _fill(self, value: object, loc: str, problems: Problems, *, defaults: bool) -> object:
        if not is_object(value):
            problem(problems, "model_attributes_type", _NO_OBJECT, loc, value)
            return value
        result = dict(value) if self.open else {}
        for name, field in self.fields.items():
            if name in value and (defaults or value[name] is not None):
                result[name] = field.check(value[name], join(loc, name), problems)
            elif name in value:
                result[name] = None
            elif defaults and field.default is REQUIRED:
                received = "(not shown)" if self.secret else value
                problem(problems, "missing", "Field required", join(loc, name), received)
            elif defaults:
                result[name] = field.fallback()
        return result

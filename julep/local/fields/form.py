"""Forms: which fields a body has, how each is checked, and what it is when it isn't sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from julep.local.errors import Invalid
from julep.local.fields.problems import Problems, join, problem
from julep.local.fields.schema import Check, schema_of
from julep.local.json_types import JsonObject, is_object

REQUIRED: Any = object()
_NO_OBJECT = "Input should be a valid dictionary or object to extract fields from"


@attrs.frozen
class Field:
    """A field of a body: how it is checked, and what it is when it isn't sent."""

    check: Check
    default: Any = REQUIRED

    @property
    def schema(self) -> JsonObject:
        """The JSON Schema of its values."""
        if self.default is REQUIRED:
            return schema_of(self.check)
        return {**schema_of(self.check), "default": self.fallback()}

    def fallback(self) -> Any:
        """What the field is when it isn't sent."""
        return self.default() if callable(self.default) else self.default


@attrs.frozen
class Form:
    """The fields of a body; others are dropped, or kept where `open` says so.

    Attributes:
        secret: the body holds something that no error may repeat.
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

    def read(self, body: Any) -> JsonObject:
        """The whole resource: what was sent, and defaults for the rest."""
        return self._checked(body, defaults=True)

    def sent(self, body: Any) -> JsonObject:
        """Only what was sent and isn't null, for a change that leaves the rest alone.

        Raises:
            Invalid: a field has the wrong type or size.
        """
        checked = self._checked(body, defaults=False)
        return {key: value for key, value in checked.items() if value is not None}

    def __call__(self, value: Any, loc: str, problems: Problems) -> Any:
        """Check a nested object, as a part of another form."""
        return self._fill(value, loc, problems, defaults=True)

    def _checked(self, body: Any, *, defaults: bool) -> JsonObject:
        problems: Problems = []
        result: JsonObject = self._fill(body, "", problems, defaults=defaults)
        if problems:
            raise Invalid(problems)
        return result

    def _fill(self, value: Any, loc: str, problems: Problems, *, defaults: bool) -> Any:
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

"""Shapes that stand for others: described ones, aliases, pydantic's models."""

from __future__ import annotations

import json
from functools import cached_property
from importlib import import_module
from typing import Any

import attrs

from julep._codec.mismatch import Mismatch, named, refused_by

from .base import PLACE, Definitions, Schema, Shape
from .values import ANYTHING


@attrs.frozen(eq=False)
class Described(Shape):
    """Another shape, with a word on what it is."""

    shape: Shape
    description: str

    @property
    def rank(self) -> int:
        return self.shape.rank

    @property
    def expected(self) -> str:
        return self.shape.expected

    @property
    def hashable(self) -> bool:
        return self.shape.hashable

    def schema(self, definitions: Definitions) -> Schema:
        return self.shape.schema(definitions) | {"description": self.description}

    def read(self, value: Any) -> Any:
        return self.shape.read(value)

    def suits(self, value: Any) -> bool:
        return self.shape.suits(value)


@attrs.define(eq=False)
class Alias(Shape):
    """What `type Name = …` stands for, filled in after it is known: it may refer to itself."""

    name: str
    shape: Shape = ANYTHING

    @property
    def expected(self) -> str:
        return self.name

    def schema(self, definitions: Definitions) -> Schema:
        return definitions.refer(self, self.name, lambda _: self.shape.schema(definitions))

    def read(self, value: Any) -> Any:
        return self.shape.read(value)

    def suits(self, value: Any) -> bool:
        return self.shape.suits(value)


@attrs.define(eq=False, slots=False)
class Pydantic(Shape):
    """A model of pydantic's, which knows its schema and how it is read.

    Its library is installed where there is such a model, and only then asked for.
    """

    kind: type[Any]

    @cached_property
    def _adapter(self) -> Any:
        return import_module("pydantic").TypeAdapter(self.kind)

    @property
    def expected(self) -> str:
        return f"an object ({self.kind.__name__})"

    @property
    def hashable(self) -> bool:
        return self.kind.__hash__ is not None

    def schema(self, definitions: Definitions) -> Schema:
        return definitions.refer(
            self, self.kind.__name__, lambda name: self._defined(name, definitions)
        )

    def _defined(self, name: str, definitions: Definitions) -> Schema:
        """Return the model's schema; the definitions that it needs join ours, under its name."""
        schema: Schema = self._adapter.json_schema(ref_template=f"{PLACE}{name}__{{model}}")
        parts: dict[str, Schema] = schema.pop("$defs", {})
        definitions.schemas |= {f"{name}__{part}": defined for part, defined in parts.items()}
        return schema

    def read(self, value: Any) -> Any:
        try:
            # As JSON text: strict models take a date in text from JSON, and not from Python.
            return self._adapter.validate_json(json.dumps(value))
        except ValueError as error:
            raise _translated(error, self.kind.__name__) from None


def _translated(error: ValueError, name: str) -> Mismatch:
    faults: list[dict[str, Any]] = getattr(error, "errors", list)()
    if not faults:
        return refused_by(name, str(error), "something else")
    fault = faults[0]
    got = "nothing" if fault["type"] == "missing" else _named(fault["input"])
    mismatch = refused_by(name, str(fault["msg"]), got)
    for place in reversed(fault["loc"]):
        mismatch = mismatch.under(f"[{place}]" if isinstance(place, int) else str(place))
    return mismatch


def _named(value: object) -> str:
    """Say what a value is; of a number, which one: it may be too great."""
    return str(value) if type(value) in {int, float} else named(value)

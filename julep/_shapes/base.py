"""What every shape can do: show its JSON Schema, and read a JSON value."""

from __future__ import annotations

import json
import re
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, NoReturn, TypeAlias

import attrs

from julep._codec.mismatch import Mismatch

Schema: TypeAlias = dict[str, Any]

PLACE = "#/$defs/"


@attrs.define(eq=False)
class Definitions:
    """The `$defs` of one schema: each class stands there once, however often it is meant.

    Attributes:
        schemas: What is defined, by name.
    """

    schemas: dict[str, Schema] = attrs.field(factory=dict[str, Schema])
    _names: dict[object, str] = attrs.field(factory=dict[object, str])
    _uses: Counter[str] = attrs.field(factory=Counter[str])

    def refer(self, owner: object, name: str, define: Callable[[str], Schema]) -> Schema:
        """Refer to what `define` gives for its name; it is asked once for each owner."""
        if owner not in self._names:
            name = self._free(re.sub(r"[^A-Za-z0-9_]+", "_", name))
            self._names[owner] = name
            self.schemas[name] = {}  # the name is taken before a recursive class comes by again
            self.schemas[name] = define(name)
        self._uses[self._names[owner]] += 1
        return {"$ref": PLACE + self._names[owner]}

    def unfolded(self, schema: Schema) -> Schema:
        """Return the schema as a whole document, which doesn't begin with a reference."""
        while (name := str(schema.get("$ref")).removeprefix(PLACE)) in self.schemas:
            beside = {key: value for key, value in schema.items() if key != "$ref"}
            schema = self.schemas[name] | beside
            if self._uses[name] == 1:
                del self.schemas[name]
        return schema | {"$defs": self.schemas} if self.schemas else schema

    def _free(self, name: str) -> str:
        taken = self.schemas
        numbered = (f"{name}_{number}" for number in range(2, len(taken) + 3))
        return name if name not in taken else next(one for one in numbered if one not in taken)


class Shape(ABC):
    """What values of a type look like in JSON."""

    @property
    def rank(self) -> int:
        """Of two members of a union that fit a value alike, the one with the lower rank is meant."""
        return 1

    @property
    @abstractmethod
    def expected(self) -> str:
        """What belongs there, in words."""

    @property
    def hashable(self) -> bool:
        """Whether values can be elements of a set."""
        return True

    @abstractmethod
    def schema(self, definitions: Definitions) -> Schema:
        """Return the JSON Schema, with references into `definitions`."""

    @abstractmethod
    def read(self, value: Any) -> Any:
        """Read parsed JSON as a value of the type.

        Raises:
            Mismatch: It doesn't fit.
        """

    def suits(self, value: Any) -> bool:
        """Tell whether the value may fit, at first sight."""
        try:
            self.read(value)
        except Mismatch:
            return False
        return True


def schema_of(shape: Shape) -> Schema:
    """Return the whole JSON Schema of a shape, with what it refers to under `$defs`."""
    definitions = Definitions()
    return definitions.unfolded(shape.schema(definitions))


def parse(text: str) -> Any:
    """Read JSON text that a model wrote: all digits are kept, and NaN is not a number of JSON.

    Raises:
        Mismatch: It is not JSON.
    """
    try:
        return json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise Mismatch("", "JSON", f"text that is not ({error})") from None


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number in JSON")


FOUND: ContextVar[dict[tuple[int, int], Any]] = ContextVar("FOUND")
"""What a union has made of a value in this reading, by the identities of both.

Where unions hold unions, each member tries all that is below: without this, for every level twice.
"""


def read(shape: Shape, value: Any) -> Any:
    """Read parsed JSON as a value of the type that the shape is of.

    Raises:
        Mismatch: It doesn't fit, or is nested too deeply.
    """
    found = FOUND.set({})
    try:
        return shape.read(value)
    except RecursionError:
        raise Mismatch("", shape.expected, "JSON that is nested too deeply") from None
    finally:
        FOUND.reset(found)

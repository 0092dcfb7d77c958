"""JSON Schemas that users write: values are held to them, and taken as they are.

The keywords are those that models are asked with. What is not known here, such as `format`, holds
nobody to anything.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from types import NoneType
from typing import Any, Final, TypeAlias

import attrs

from julep._codec.mismatch import JSON_NAMES, Mismatch, named
from julep.types._json import is_array, is_object

from .base import Definitions, Schema, Shape
from .values import Choice

Check: TypeAlias = Callable[["Given", Any, Any, Mapping[str, Any]], None]
"""Holds a value to the rule of a keyword; it is given the schema around that, too."""


@attrs.frozen(eq=False)
class Given(Shape):
    """A JSON Schema that somebody wrote."""

    given: Mapping[str, Any]

    @property
    def expected(self) -> str:
        return "JSON of the given schema"

    def schema(self, definitions: Definitions) -> Schema:
        definitions.schemas |= self.given.get("$defs", {})
        return {key: value for key, value in self.given.items() if key != "$defs"}

    def read(self, value: Any) -> Any:
        self.check(self.given, value)
        return value

    def check(self, schema: Any, value: Any, place: str = "") -> None:
        """Hold a value, or a part of one at `place`, to a schema.

        Raises:
            Mismatch: It does not fit.
        """
        if schema is False:
            raise Mismatch(place, "nothing", named(value))
        try:
            for keyword, rule in schema.items() if is_object(schema) else ():
                if (check := _CHECKS.get(keyword)) is not None:
                    check(self, rule, value, schema)
        except Mismatch as mismatch:
            raise (mismatch.under(place) if place else mismatch) from None

    def target(self, reference: str) -> Any:
        """Return the schema that a reference within this one leads to; True for any other."""
        found: Any = self.given
        for part in reference.split("/")[1:]:
            name = part.replace("~1", "/").replace("~0", "~")
            found = found[int(name)] if is_array(found) else found.get(name, True)
        return found if reference.startswith("#") else True


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_KINDS: Final[Mapping[str, tuple[str, Callable[[Any], bool]]]] = {
    "string": (JSON_NAMES[str], lambda value: isinstance(value, str)),
    "boolean": (JSON_NAMES[bool], lambda value: isinstance(value, bool)),
    "null": (JSON_NAMES[NoneType], lambda value: value is None),
    "array": (JSON_NAMES[list], is_array),
    "object": (JSON_NAMES[dict], is_object),
    "number": (JSON_NAMES[float], _is_number),
    "integer": (JSON_NAMES[int], lambda value: _is_number(value) and value % 1 == 0),
}


def _type(_given: Given, rule: Any, value: Any, _schema: Any) -> None:
    names: Sequence[str] = [rule] if isinstance(rule, str) else rule
    kinds = [_KINDS[name] for name in names if name in _KINDS]
    if kinds and not any(is_one(value) for _, is_one in kinds):
        raise Mismatch("", " or ".join(words for words, _ in kinds), named(value))


def _enum(_given: Given, rule: Any, value: Any, _schema: Any) -> None:
    Choice([(each, each) for each in rule]).read(value)


def _const(_given: Given, rule: Any, value: Any, _schema: Any) -> None:
    Choice([(rule, rule)]).read(value)


def _required(_given: Given, rule: Any, value: Any, _schema: Any) -> None:
    for name in rule if is_object(value) else ():
        if name not in value:
            raise Mismatch(name, "a value", "nothing")


def _properties(given: Given, rule: Any, value: Any, _schema: Any) -> None:
    for name, part in rule.items() if is_object(value) else ():
        if name in value:
            given.check(part, value[name], name)


def _additional(given: Given, rule: Any, value: Any, schema: Any) -> None:
    if not is_object(value) or "patternProperties" in schema:
        return
    known = schema.get("properties", {})
    for name in [name for name in value if name not in known]:
        if rule is False:
            raise Mismatch(name, f"one of the names {', '.join(known)}", "an unknown name")
        given.check(rule, value[name], name)


def _names(given: Given, rule: Any, value: Any, _schema: Any) -> None:
    for name in value if is_object(value) else ():
        given.check(rule, name, f"the name {name!r}")


def _prefix(given: Given, rule: Any, value: Any, _schema: Any) -> None:
    for index, item in enumerate(value[: len(rule)] if is_array(value) else ()):
        given.check(rule[index], item, f"[{index}]")


def _items(given: Given, rule: Any, value: Any, schema: Any) -> None:
    first = len(schema.get("prefixItems", ()))
    for index, item in enumerate(value[first:] if is_array(value) else (), first):
        given.check(rule, item, f"[{index}]")


def _all_of(given: Given, rule: Any, value: Any, _schema: Any) -> None:
    for each in rule:
        given.check(each, value)


def _any_of(given: Given, rule: Any, value: Any, _schema: Any) -> None:
    mismatches: list[Mismatch] = []
    for each in rule:
        try:
            return given.check(each, value)
        except Mismatch as mismatch:
            mismatches.append(mismatch)
    raise max(mismatches, key=lambda mismatch: len(mismatch.path))  # which says most


def _ref(given: Given, rule: Any, value: Any, _schema: Any) -> None:
    given.check(given.target(rule), value)


def _limit(
    is_meant: Callable[[Any], bool],
    measure: Callable[[Any], Any],
    holds: Callable[[Any, Any], bool],
    words: str,
) -> Check:
    def check(_given: Given, rule: Any, value: Any, _schema: Any) -> None:
        if is_meant(value) and not holds(measure(value), rule):
            raise Mismatch("", words.format(rule), str(measure(value)))

    return check


def _itself(value: Any) -> Any:
    return value


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _pattern(_given: Given, rule: Any, value: Any, _schema: Any) -> None:
    with suppress(re.error):  # schemas have another language's patterns
        if isinstance(value, str) and not re.search(rule, value):
            raise Mismatch("", f"text that matches {rule}", "text that does not")


_CHECKS: Final[Mapping[str, Check]] = {
    "type": _type,
    "enum": _enum,
    "const": _const,
    "required": _required,
    "properties": _properties,
    "additionalProperties": _additional,
    "propertyNames": _names,
    "prefixItems": _prefix,
    "items": _items,
    "allOf": _all_of,
    "anyOf": _any_of,
    "oneOf": _any_of,
    "$ref": _ref,
    "pattern": _pattern,
    "minimum": _limit(_is_number, _itself, operator.ge, "a number from {}"),
    "maximum": _limit(_is_number, _itself, operator.le, "a number up to {}"),
    "exclusiveMinimum": _limit(_is_number, _itself, operator.gt, "a number above {}"),
    "exclusiveMaximum": _limit(_is_number, _itself, operator.lt, "a number below {}"),
    "minLength": _limit(_is_text, len, operator.ge, "at least {} characters"),
    "maxLength": _limit(_is_text, len, operator.le, "at most {} characters"),
    "minItems": _limit(is_array, len, operator.ge, "at least {} items"),
    "maxItems": _limit(is_array, len, operator.le, "at most {} items"),
}

_NAMED: Final = ("properties", "$defs")
_LISTED: Final = ("prefixItems", "allOf", "anyOf", "oneOf")
_ALONE: Final = ("items", "additionalProperties", "propertyNames")
"""The keywords whose rules hold schemas, by how they do."""

_RULES: Final[Mapping[str, tuple[type, ...]]] = {
    "type": (str, list),
    **dict.fromkeys(("$ref", "pattern"), (str,)),
    **dict.fromkeys(("enum", "required", *_LISTED), (list,)),
    **dict.fromkeys(_NAMED, (dict,)),
    **dict.fromkeys(_ALONE, (dict, bool)),
    "items": (dict, bool, list),  # a list in older drafts
    **{name: (int, float) for name in _CHECKS if name.startswith(("min", "max", "exclusive"))},
}
"""What the rule of a keyword can be."""


def check_schema(schema: Any, where: str) -> None:
    """Look through a schema for what is none, which models would hardly tell of.

    Raises:
        TypeError: The rule of a keyword makes no sense; the message names it by its path.
    """
    if not is_object(schema):
        if isinstance(schema, bool):
            return
        raise TypeError(f"{where} must be a JSON Schema, not {named(schema)}")
    for keyword, rule in schema.items():
        if not isinstance(rule, _RULES.get(keyword, object)):
            raise TypeError(f"{where}.{keyword} can't be {named(rule)} in a JSON Schema")
        for place, part in _parts(keyword, rule):
            check_schema(part, f"{where}.{keyword}{place}")
        if keyword == "type":
            _check_type([rule] if isinstance(rule, str) else rule, where)


def _check_type(names: Any, where: str) -> None:
    for name in names:
        if name not in _KINDS:
            raise TypeError(f"{where}.type: {name!r} is no type of JSON; use {', '.join(_KINDS)}")


def _parts(keyword: str, rule: Any) -> Iterable[tuple[str, Any]]:
    """List the schemas that the rule of a keyword holds, and where in it."""
    if keyword in _NAMED:
        return [(f".{name}", part) for name, part in rule.items()]
    if keyword in _LISTED:
        return [(f"[{index}]", part) for index, part in enumerate(rule)]
    return [("", rule)] if keyword in _ALONE and not is_array(rule) else []

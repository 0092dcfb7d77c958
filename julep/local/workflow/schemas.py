"""JSON Schemas of inputs: checked without touching the network, or patterns that never end."""

from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator, ValidationError, validators
from jsonschema.exceptions import SchemaError
from referencing import Registry
from referencing.exceptions import Unresolvable

from julep.local.workflow import regex
from julep.local.workflow.budget import InvalidExpression
from julep.local.workflow.ports import Json
from julep.local.workflow.values import is_object


def _pattern(_: Any, pattern: str, instance: Any, __: Any) -> Iterator[ValidationError]:
    if isinstance(instance, str) and regex.search(pattern, instance) is None:
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


def _pattern_properties(
    validator: Any, patterns: Mapping[str, Json], instance: Any, _: Any
) -> Iterator[ValidationError]:
    for pattern, schema in patterns.items():
        for name in instance if is_object(instance) else ():
            if regex.search(pattern, name) is not None:
                yield from validator.descend(instance[name], schema, path=name, schema_path=pattern)


_NO_DOWNLOADS: Registry[Any] = Registry()
_validators: Any = validators  # its `extend` has no annotations
_Validator: Any = _validators.extend(
    Draft202012Validator, {"pattern": _pattern, "patternProperties": _pattern_properties}
)


def schema_problem(schema: Json) -> str | None:
    """Returns why a value is not a JSON Schema, or `None` when it is one."""
    try:
        _Validator.check_schema(schema)
    except SchemaError as error:
        place = ".".join(str(part) for part in error.absolute_path)
        return f"{place}: {error.message}" if place else error.message
    except RecursionError:
        return "it is nested too deeply"
    return None


def input_problem(schema: Json, input: Json) -> str | None:
    """Returns why an input does not fit a task's `input_schema`, or `None` when it does."""
    if not schema:
        return None
    try:
        error = next(_Validator(schema, registry=_NO_DOWNLOADS).iter_errors(input), None)
    except (Unresolvable, InvalidExpression, regex.error, RecursionError) as failure:
        return f"the input_schema can't be used: {failure}"
    if error is None:
        return None
    place = ".".join(str(part) for part in error.absolute_path)
    return f"{place}: {error.message}" if place else error.message

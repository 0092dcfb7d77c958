"""What a task's `input_schema` says of itself and of inputs."""

from __future__ import annotations

from julep.local.json_types import JsonValue

# jsonschema takes long to load, and few tasks have a schema: hence the imports inside.


def schema_problem(schema: JsonValue) -> str | None:
    """Returns why a value is not a JSON Schema, or `None` when it is one."""
    if schema == {}:
        return None
    from julep.local.workflow.json_schema import SCHEMA_OF_SCHEMAS, first_problem  # noqa: PLC0415 - see above

    return first_problem(SCHEMA_OF_SCHEMAS, schema)


def input_problem(schema: JsonValue, input: JsonValue) -> str | None:
    """Returns why an input does not fit a task's `input_schema`, or `None` when it does."""
    if not schema:
        return None
    from julep.local.workflow.json_schema import first_problem  # noqa: PLC0415 - see above

    return first_problem(schema, input)

"""The description of the API, made of the table of operations, the forms of bodies and the types."""

from __future__ import annotations

import inspect
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Final, TypedDict

import attrs

from julep._shapes import Builder
from julep._shapes.base import PLACE, Definitions
from julep._version import __version__
from julep.local.fields import Check, schema_of
from julep.local.routes import Operation
from julep.types._json import JsonObject, as_object, is_array, is_object

_SCHEMAS: Final = "#/components/schemas/"
_EVENTS: Final = "text/event-stream"
_JSON: Final = "application/json"
_OPEN: Final = {"/healthz"}
_WORD: Final[JsonObject] = {"type": "string"}
_QUERY: Final[Mapping[str, JsonObject]] = {
    "limit": {"type": "integer", "minimum": 0, "default": 100},
    "offset": {"type": "integer", "minimum": 0, "default": 0},
    "sort_by": {"type": "string", "enum": ["created_at", "updated_at"], "default": "created_at"},
    "direction": {"type": "string", "enum": ["asc", "desc"], "default": "desc"},
    "metadata_filter": {"type": "string", "contentMediaType": _JSON},
    "include_embeddings": {"type": "boolean", "default": True},
    "scope_id": {"type": "string", "format": "uuid"},
    "task_token": _WORD,
    "next_page_token": _WORD,
}
_ERROR: Final[JsonObject] = {
    "type": "object",
    "properties": {
        "error": {
            "type": "object",
            "properties": {
                "message": _WORD,
                "code": _WORD,
                "type": _WORD,
                "details": {"type": "array", "items": {"type": "object"}},
            },
            "required": ["message", "code"],
        }
    },
    "required": ["error"],
}


class Document(TypedDict):
    """An API as OpenAPI describes it; `paths` has the operations by path and method."""

    openapi: str
    info: Mapping[str, str]
    servers: Collection[Mapping[str, str]]
    security: Collection[JsonObject]
    paths: Mapping[str, Mapping[str, JsonObject]]
    components: JsonObject


def describe(operations: Collection[Operation]) -> Document:
    """Describe the API as an OpenAPI document."""
    types = _Types()
    paths: dict[str, dict[str, JsonObject]] = {}
    for operation in operations:
        described = _operation(operation, types.schema(operation.answer))
        paths.setdefault(operation.path, {})[operation.method.lower()] = described
    return {
        "openapi": "3.1.0",
        "info": {"title": "Julep agents API", "version": __version__},
        "servers": [{"url": "/"}, {"url": "/api"}],
        "security": [{"bearer": []}, {"key": []}],
        "paths": paths,
        "components": {
            "schemas": {"Error": _ERROR, **_in_document(types.definitions.schemas)},
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "key": {"type": "apiKey", "in": "header", "name": "X-Auth-Key"},
            },
        },
    }


@attrs.frozen
class _Types:
    """Schemas of types, each class once."""

    definitions: Definitions = attrs.field(factory=Definitions)
    builder: Builder = attrs.field(factory=Builder)

    def schema(self, kind: object) -> JsonObject:
        """Return the schema of a type as it stands in the document."""
        shape = self.builder.build(kind, "an answer")
        return _in_document(shape.schema(self.definitions))


def _operation(operation: Operation, answer: JsonObject) -> JsonObject:
    body = None if operation.body is None else _body(operation.body, operation.method)
    return {
        "operationId": _name(operation),
        "summary": (inspect.getdoc(operation.call) or "").partition("\n")[0],
        "tags": [operation.path.split("/")[1]],
        "parameters": list(_parameters(operation)),
        **(
            {"requestBody": {"content": {_JSON: {"schema": body}}, "required": True}}
            if body
            else {}
        ),
        "responses": {
            **_answers(operation, answer),
            "default": {
                "description": "What is wrong.",
                "content": {_JSON: {"schema": {"$ref": f"{_SCHEMAS}Error"}}},
            },
        },
        **({"security": []} if operation.path in _OPEN else {}),
    }


def _answers(operation: Operation, answer: JsonObject) -> JsonObject:
    # The data of each event is JSON of this schema.
    events: JsonObject = {_EVENTS: {"schema": {**_WORD, "contentSchema": answer}}}
    whole: JsonObject = {_JSON: {"schema": answer}}
    told: JsonObject = {str(operation.status): {"description": "The answer.", "content": whole}}
    streamed: JsonObject = {"200": {"description": "The answer as events.", "content": events}}
    return {"never": told, "asks": {**told, **streamed}, "always": streamed}[operation.streams]


def _parameters(operation: Operation) -> Iterator[JsonObject]:
    for name in operation.ids:
        schema = {"type": "string", "format": "uuid"}
        yield {"name": name, "in": "path", "required": True, "schema": schema}
    for name in operation.query:
        yield {"name": name, "in": "query", "schema": _QUERY[name]}


def _body(check: Check, method: str) -> JsonObject:
    schema = schema_of(check)
    if method != "PATCH":
        return schema
    # What isn't sent stays as it is.
    properties = {
        name: {key: value for key, value in as_object(each).items() if key != "default"}
        for name, each in as_object(schema["properties"]).items()
    }
    return {"type": "object", "properties": properties}


def _name(operation: Operation) -> str:
    words = re.findall(r"\w+", operation.path.replace("{", "by_"))
    return "_".join([operation.method.lower(), *words])


def _in_document(schema: Mapping[str, object]) -> JsonObject:
    """Move a schema of types into the document, without the place for unknown fields."""
    known = {key: _within(item) for key, item in schema.items()}
    if isinstance(reference := known.get("$ref"), str):
        known["$ref"] = reference.replace(PLACE, _SCHEMAS)
    if is_object(properties := known.get("properties")):
        known["properties"] = {k: v for k, v in properties.items() if k != "extra"}
    return known


def _within(value: object) -> object:
    if is_array(value):
        return [_within(item) for item in value]
    return _in_document(value) if is_object(value) else value

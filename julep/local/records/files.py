"""Files and secrets."""

from __future__ import annotations

from typing import TypedDict

from julep.types._json import JsonObject

from .record import Record


class FileFields(TypedDict):
    """What is sent of a file; `content` is base64."""

    name: str
    description: str
    mime_type: str | None
    content: str
    project: str | None


class File(FileFields, Record):
    """A file, with its size in bytes and its SHA-256 sum."""

    size: int
    hash: str


class SecretFields(TypedDict):
    """What is sent of a secret."""

    name: str
    value: str
    description: str | None
    metadata: JsonObject | None


class Secret(SecretFields, Record):
    """A value that tasks can use and nobody can read back."""

"""Users' own types: what their values look like in JSON, and how JSON is read as them.

`shape_of` makes one description of a type. `schema_of` shows it as a JSON Schema (2020-12) and
`read` reads parsed JSON by it, so that the two can't contradict each other. A class is described field
by field, and so are the parameters of a function: a `Field` serves both.
"""

from __future__ import annotations

from .annotations import Unresolved, annotation_of
from .base import Shape, parse, read, schema_of
from .build import Builder, shape_of
from .classes import Declared, declared_fields
from .docstrings import described
from .records import Field, Fields

__all__ = [
    "Builder",
    "Declared",
    "Field",
    "Fields",
    "Shape",
    "Unresolved",
    "annotation_of",
    "declared_fields",
    "described",
    "parse",
    "read",
    "schema_of",
    "shape_of",
]

"""Types of users' in JSON: their schema, and values read by it."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from julep._codec import decode_json, encode
from julep._shapes import read, schema_of, shape_of

from .schemas import KINDS, Kind, fitting

FORMATS = FormatChecker(formats=())


@FORMATS.checks("date")
def _is_date(text: object) -> bool:
    return not isinstance(text, str) or bool(date.fromisoformat(text))


@FORMATS.checks("uuid")
def _is_uuid(text: object) -> bool:
    return not isinstance(text, str) or str(UUID(text)) == text.lower()


@FORMATS.checks("date-time")
def _is_moment(text: object) -> bool:
    return not isinstance(text, str) or bool(
        re.fullmatch(r"[-0-9]+T[:.0-9]+(Z|.\d\d:\d\d)", text.upper())
    )


def fits(value: Any, schema: Any) -> None:
    """Check a value as a stranger would."""
    Draft202012Validator.check_schema(schema)
    validator: Any = Draft202012Validator(schema, format_checker=FORMATS)
    validator.validate(value)


@given(st.data(), KINDS)
def test_what_fits_the_schema_is_read(data: st.DataObject, kind: Kind) -> None:
    """A schema is a valid one, and promises no more than is read."""
    shape = shape_of(kind.form)
    schema = schema_of(shape)
    value = data.draw(fitting(schema, schema))

    fits(value, schema)
    read(shape, json.loads(json.dumps(value)))


@given(st.data(), KINDS)
def test_values_come_back(data: st.DataObject, kind: Kind) -> None:
    """What the encoder writes of a value fits the schema and is read as an equal one."""
    value = data.draw(kind.values)
    plain = decode_json(encode(value))
    shape = shape_of(kind.form)

    fits(plain, schema_of(shape))
    assert read(shape, plain) == value

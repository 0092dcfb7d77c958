"""Forms: what is stored of a body, and what is wrong with it."""

from __future__ import annotations

from typing import Any

import pytest

from julep.local.errors import Invalid
from julep.local.fields import REQUIRED, Field, Form, number, optional, sequence, text
from julep.local.fields.form import Form as FormOfModule
from julep.local.fields.problems import Problems, invalid, join, problem
from julep.local.fields.schema import schema_of

_PART: Form[Any] = Form({"n": Field(number()), "m": Field(number(), 7)})
FORM: Form[Any] = Form(
    {
        "name": Field(text(1)),
        "about": Field(optional(text()), None),
        "tags": Field(sequence(text()), list),
        "part": Field(optional(_PART), None),
    }
)


def wrong(read: Any, body: Any) -> list[tuple[str, str]]:
    """Where which problems of a body are."""
    with pytest.raises(Invalid) as caught:
        read(body)
    return [(each["loc"], each["type"]) for each in caught.value.details]


def test_what_is_not_sent_has_its_default() -> None:
    """What the form doesn't know is dropped; a default that is made is a new one each time."""
    whole = FORM.read({"name": "Ada", "unknown": 1})
    assert whole == {"name": "Ada", "about": None, "tags": [], "part": None}
    assert FORM.read({"name": "Ada"})["tags"] is not whole["tags"]
    assert FORM.read({"name": "A", "part": {"n": 1}})["part"] == {"n": 1, "m": 7}


def test_a_change_has_only_what_was_sent() -> None:
    """A null leaves a field as it is, as on self-hosted servers; nested objects are whole."""
    assert FORM.sent({}) == {}
    assert FORM.sent({"name": "Ada", "about": None, "unknown": 1}) == {"name": "Ada"}
    assert FORM.sent({"name": None}) == {}
    assert FORM.sent({"part": {"n": 1}}) == {"part": {"n": 1, "m": 7}}


@pytest.mark.parametrize(
    ("body", "problems"),
    [
        ({}, [("name", "missing")]),
        ({"name": None}, [("name", "string_type")]),
        ({"name": "", "tags": [1]}, [("name", "string_too_short"), ("tags[0]", "string_type")]),
        ({"name": "a", "tags": None}, [("tags", "list_type")]),
        ({"name": "a", "part": {}}, [("part.n", "missing")]),
        ({"name": "a", "part": []}, [("part", "model_attributes_type")]),
        ([], [("", "model_attributes_type")]),
        (None, [("", "model_attributes_type")]),
    ],
)
def test_all_that_is_wrong_is_told_at_once(body: Any, problems: list[tuple[str, str]]) -> None:
    """Each with its place."""
    assert wrong(FORM.read, body) == problems


def test_a_change_is_checked_too() -> None:
    """But needs no field."""
    assert wrong(FORM.sent, {"name": ""}) == [("name", "string_too_short")]
    assert wrong(FORM.sent, {"part": {}}) == [("part.n", "missing")]
    assert wrong(FORM.sent, "x") == [("", "model_attributes_type")]


def test_an_open_form_keeps_what_it_does_not_know() -> None:
    """The body itself stays as it is."""
    form: Form[Any] = Form({"a": Field(number(), 1)}, open=True)
    body = {"b": 2}
    assert form.read(body) == {"a": 1, "b": 2}
    assert form.sent(body) == {"b": 2}
    assert body == {"b": 2}


def test_a_secret_form_repeats_nothing() -> None:
    """Where a field is missing, the others aren't shown."""
    form: Form[Any] = Form({"name": Field(text()), "value": Field(text())}, secret=True)
    with pytest.raises(Invalid) as caught:
        form.read({"value": "s3cret"})
    (told,) = caught.value.details
    assert told["received"] == "(not shown)"
    with pytest.raises(Invalid) as caught:
        _PART.read({"m": 5})
    assert caught.value.details[0]["received"] == "{'m': 5}"


def test_a_form_has_a_schema() -> None:
    """Of its fields, those that are required, and what the others are by default."""
    assert schema_of(_PART) == {
        "type": "object",
        "properties": {"n": {"type": "number"}, "m": {"type": "number", "default": 7}},
        "required": ["n"],
    }
    tags: Form[Any] = Form({"tags": Field(sequence(text()), list)})
    items: dict[str, Any] = {"type": "array", "items": {"type": "string"}, "default": []}
    assert tags.schema == {"type": "object", "properties": {"tags": items}}
    assert Field(text()).default is REQUIRED
    assert FormOfModule is Form


def test_problems_tell_what_was_received() -> None:
    """As text of a length that can be read."""
    problems: Problems = []
    for received in ("x" * 200, "x" * 201, list(range(100)), None, {"a": ["x" * 99]}):
        problem(problems, "kind", "message", "at", received)
    shown = [each["received"] for each in problems]
    assert shown[0] == "x" * 200
    assert shown[1] == "x" * 200 + "…"
    assert shown[2] == "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, ...]"
    assert shown[3:] == ["None", f"{{'a': ['{'x' * 99}']}}"]


def test_some_problems_tell_how_to_mend_them() -> None:
    """A field that is missing is shown as it would be sent."""
    (told,) = invalid("missing", "Field required", "a.b").details
    assert told == {
        "type": "missing",
        "msg": "Field required",
        "loc": "a.b",
        "received": "None",
        "fix": "send this field; it has no default",
        "example": '{"b": …}',
    }
    (other,) = invalid("kind", "Wrong", "a").details
    assert set(other) == {"type", "msg", "loc", "received"}


@pytest.mark.parametrize(
    ("loc", "key", "joined"), [("", "a", "a"), ("a", "b", "a.b"), ("a", 0, "a[0]"), ("", 1, "[1]")]
)
def test_places_are_written_as_paths(loc: str, key: str | int, joined: str) -> None:
    """Of names and indexes."""
    assert join(loc, key) == joined

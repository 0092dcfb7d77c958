"""The parts of types in JSON: definitions, docstrings, records, unions, values."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any, Literal, cast
from uuid import UUID

import attrs
import pytest
from pydantic import BaseModel
from typing_extensions import TypeAliasType

from julep._codec.mismatch import Mismatch
from julep._shapes.base import Definitions, Shape, parse, read, schema_of
from julep._shapes.build import shape_of
from julep._shapes.classes import stripped
from julep._shapes.containers import Items, Mapped, Places, Unique
from julep._shapes.docstrings import described
from julep._shapes.given import Given
from julep._shapes.records import Field, Fields, Record
from julep._shapes.unions import Union
from julep._shapes.values import ANYTHING, ID, NULL, TEXT, VALUES, WHOLE, Choice, as_key
from julep._shapes.wrappers import Alias, Described

ID_TEXT = "0190163d-8694-7394-8000-4f6aebec3ba9"


def wrong(shape: Shape, value: Any) -> str:
    """What is said of a value that doesn't fit."""
    with pytest.raises(Mismatch) as caught:
        read(shape, value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("kind", "given", "value"),
    [
        (str, "a", "a"),
        (int, 7, 7),
        (int, 7.0, 7),
        (float, 7, 7.0),
        (float, 0.5, 0.5),
        (bool, True, True),
        (None, None, None),
        (Any, [1], [1]),
        (date, "2024-05-31", date(2024, 5, 31)),
        (datetime, "2024-05-31t12:00:00z", datetime(2024, 5, 31, 12, tzinfo=UTC)),
        (datetime, "2016-12-31T23:59:60Z", datetime(2017, 1, 1, tzinfo=UTC)),
        (UUID, ID_TEXT.upper(), UUID(ID_TEXT)),
    ],
)
def test_a_single_value_is_read(kind: Any, given: Any, value: Any) -> None:
    """As the type that it is of."""
    result = read(VALUES[kind], given)
    assert result == value
    assert type(result) is type(value)
    assert VALUES[kind].suits(given)


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        (str, 7),
        (int, 7.5),
        (int, True),
        (int, "7"),
        (float, True),
        (float, "1"),
        (float, 10**400),
        (bool, 1),
        (None, 0),
        (date, "2024-5-31"),
        (date, "2024-05-31\n"),
        (date, "2024-13-31"),
        (date, 7),
        (datetime, "2024-05-31"),
        (datetime, "2024-05-31T25:00:00Z"),
        (UUID, ID_TEXT[:-1]),
        (UUID, ID_TEXT.replace("-", "")),
        (UUID, f"{ID_TEXT}\n"),
    ],
)
def test_a_single_value_of_another_type_does_not_fit(kind: Any, given: Any) -> None:
    """The error says what belongs there."""
    shape = VALUES[kind]
    assert not shape.suits(given)
    assert shape.expected in wrong(shape, given)


class Level(Enum):
    """How much."""

    LOW = 1
    HIGH = 2


def test_a_choice_is_one_of_its_values() -> None:
    """True is no 1."""
    choice = shape_of(Level)
    assert read(choice, 1) is Level.LOW
    assert read(choice, 2.0) is Level.HIGH
    assert schema_of(choice) == {"type": "integer", "enum": [1, 2]}
    assert wrong(choice, True).endswith("expected one of 1, 2, got true")
    assert schema_of(shape_of(Literal["a", 1, True])) == {"enum": ["a", 1, True]}
    single = shape_of(Literal["é"])
    assert (single.expected, schema_of(single)) == ('"é"', {"type": "string", "enum": ["é"]})
    assert wrong(single, "x" * 58).endswith(f'got "{"x" * 58}"')
    assert wrong(single, "x" * 59).endswith(f'got "{"x" * 59}…')
    assert read(shape_of(Literal[True, 1]), 1) == 1
    assert read(shape_of(Literal[True, 1]), True) is True


def test_keys_are_text() -> None:
    """Of whole numbers, ids and choices too."""
    keys = [as_key(TEXT), as_key(ANYTHING)]
    assert keys == [None, None]
    for shape, text, value in (
        (WHOLE, "-12", -12),
        (ID, ID_TEXT, UUID(ID_TEXT)),
        (shape_of(Level), "2", Level.HIGH),
    ):
        key = as_key(shape)
        assert key
        assert read(key, text) == value
    for shape in (VALUES[float], NULL, shape_of(Literal[True])):
        with pytest.raises(TypeError, match="keys of a dict must be text"):
            as_key(shape)
    whole = as_key(WHOLE)
    assert whole
    for text in ("01", "1.0", "", "-", " 1", "1" * 1001):
        assert not whole.suits(text)
    assert whole.suits("0")
    assert whole.suits("1" * 1000)


@pytest.mark.parametrize(
    ("shape", "ranks_and_hashes"),
    [
        (ANYTHING, (3, False)),
        (TEXT, (2, True)),
        (Mapped(None, TEXT), (2, False)),
        (WHOLE, (1, True)),
        (Choice([("a", "a")]), (0, True)),
        (Items(TEXT, tuple), (1, True)),
        (Items(ANYTHING, tuple), (1, False)),
        (Items(TEXT, list), (1, False)),
        (Unique(TEXT, set), (1, False)),
        (Unique(TEXT, frozenset), (1, True)),
        (Places([TEXT, WHOLE]), (1, True)),
        (Places([TEXT, ANYTHING]), (1, False)),
        (Union([TEXT, WHOLE]), (1, True)),
        (Union([TEXT, ANYTHING]), (1, False)),
        (Fields(), (1, False)),
        (Described(ANYTHING, "x"), (3, False)),
        (Alias("A"), (1, True)),
        (Given({}), (1, True)),
    ],
)
def test_shapes_know_what_may_be_in_a_set(shape: Shape, ranks_and_hashes: tuple[int, bool]) -> None:
    """And which of two that fit alike is meant, the one of the lower rank."""
    assert (shape.rank, shape.hashable) == ranks_and_hashes


MISFITS: list[Any] = [
    (Items(WHOLE, list), [1, "a"], "[1]: expected a whole number, got text"),
    (Items(WHOLE, list), {}, "expected an array, got an object"),
    (Places([WHOLE, TEXT]), [1], "expected an array of 2, got one of 1"),
    (Places([WHOLE, TEXT]), [1, 2], "[1]: expected text, got a whole number"),
    (
        Unique(ANYTHING, set),
        [[]],
        "expected an array of single values, got an array or object in it",
    ),
    (Mapped(None, WHOLE), {"a": "b"}, "a: expected a whole number, got text"),
    (Mapped(as_key(WHOLE), WHOLE), {"x": 1}, "the key 'x': expected a whole number in text"),
    (Mapped(None, WHOLE), [], "expected an object, got an array"),
    (Union([WHOLE, NULL]), "a", "expected a whole number, got text"),
    (Union([WHOLE, Items(TEXT, list)]), "a", "expected a whole number or an array, got text"),
    (Union([Items(WHOLE, list), NULL]), ["a"], "[0]: expected a whole number, got text"),
]


@pytest.mark.parametrize(
    ("shape", "value", "words"),
    MISFITS,
)
def test_what_does_not_fit_is_told_with_its_place(shape: Shape, value: Any, words: str) -> None:
    """Down to the item."""
    assert words in wrong(shape, value)


def test_arrays_and_objects_are_read() -> None:
    """As what they are made into."""
    assert read(Items(WHOLE, tuple), [1, 2]) == (1, 2)
    assert read(Unique(WHOLE, frozenset), [1, 1]) == frozenset({1})
    assert read(Places([]), []) == ()
    assert read(Mapped(as_key(WHOLE), TEXT), {"1": "a"}) == {1: "a"}
    assert Places([TEXT]).suits([1])
    assert not Places([TEXT]).suits([1, 2])
    assert not Mapped(None, TEXT).suits([])
    assert schema_of(Places([])) == {"type": "array", "maxItems": 0}
    assert schema_of(Items(ANYTHING, list)) == {"type": "array"}
    assert schema_of(Unique(ANYTHING, set)) == {
        "type": "array",
        "items": {"type": ["string", "number", "boolean", "null"]},
        "uniqueItems": True,
    }
    assert schema_of(Mapped(None, ANYTHING)) == {"type": "object"}
    assert schema_of(Mapped(as_key(ID), WHOLE)) == {
        "type": "object",
        "propertyNames": {"type": "string", "format": "uuid"},
        "additionalProperties": {"type": "integer"},
    }
    assert schema_of(Places([WHOLE])) == {
        "type": "array",
        "prefixItems": [{"type": "integer"}],
        "minItems": 1,
        "maxItems": 1,
    }


def test_a_schema_that_a_class_is_in_twice_has_it_once() -> None:
    """Names that are taken get a number; what is used once stands in its place."""
    definitions = Definitions()
    for owner in ("first", "second", "third", "first"):
        definitions.refer(owner, "My Class", lambda name: {"title": name})
    assert definitions.schemas == {
        name: {"title": name} for name in ("My_Class", "My_Class_2", "My_Class_3")
    }
    twice = definitions.unfolded({"$ref": "#/$defs/My_Class", "description": "d"})
    assert twice == {"title": "My_Class", "description": "d", "$defs": definitions.schemas}
    once = definitions.unfolded({"$ref": "#/$defs/My_Class_2"})
    assert once["title"] == "My_Class_2"
    assert set(once["$defs"]) == {"My_Class", "My_Class_3"}
    assert Definitions().unfolded({"type": "object"}) == {"type": "object"}


@pytest.mark.parametrize("text", ["", "{", "NaN", "[Infinity]", "-Infinity", "[" * 100_000])
def test_text_that_is_no_json_does_not_fit(text: str) -> None:
    """Python's own reader takes NaN."""
    with pytest.raises(Mismatch, match="expected JSON, got text that is not"):
        parse(text)
    assert parse('{"a": 1e2}') == {"a": 100.0}


def _field(name: str, shape: Shape = TEXT, **more: Any) -> Field:
    return Field(name, f"{name}Wire", shape, **more)


def test_an_object_has_fields() -> None:
    """By their names in JSON; what is not given is left out, others are passed over or refused."""
    fields = [_field("a", WHOLE), _field("b", required=False, default="x", description="d")]
    shape = Fields(fields)
    assert read(shape, {"aWire": 1, "other": 2}) == {"a": 1}
    assert read(shape, {"aWire": 1, "bWire": "y"}) == {"a": 1, "b": "y"}
    assert "aWire: expected a whole number, got nothing" in wrong(shape, {"bWire": "y"})
    assert "expected an object, got text" in wrong(shape, "a")
    closed = Fields(fields, closed=True)
    assert "other: expected one of the names aWire, bWire, got an unknown name" in wrong(
        closed, {"aWire": 1, "other": 2}
    )
    assert "expected no names at all" in wrong(Fields(closed=True), {"a": 1})
    schema = {
        "type": "object",
        "properties": {
            "aWire": {"type": "integer"},
            "bWire": {"description": "d", "type": "string", "default": "x"},
        },
        "required": ["aWire"],
    }
    assert schema_of(shape) == schema
    assert schema_of(closed) == {**schema, "additionalProperties": False}
    assert schema_of(Fields()) == {"type": "object", "properties": {}}
    shown = Fields([_field("c", required=False, default=object())])
    assert schema_of(shown)["properties"] == {"cWire": {"type": "string"}}


@pytest.mark.parametrize(
    ("value", "suits"),
    [
        ({"kindWire": "cat", "a": 1}, True),
        ({"kindWire": "dog"}, False),
        ({}, False),
        ([], False),
        ({"kindWire": "cat", "noteWire": 7}, True),
    ],
)
def test_choices_tell_members_of_unions_apart(value: Any, suits: bool) -> None:
    """At first sight: other fields are looked at when they are read."""
    fields = Fields([_field("kind", Choice([("cat", "cat")])), _field("note", required=False)])
    assert fields.suits(value) is suits
    assert Record(dict, "Cat", fields).suits(value) is suits


def test_a_class_may_refuse_its_values() -> None:
    """The error says what it said."""

    @attrs.define
    class Small:
        a: int = attrs.field(validator=attrs.validators.lt(5))

    shape = shape_of(Small)
    assert read(shape, {"a": 1}) == Small(1)
    told = wrong(shape, {"a": 7})
    assert "expected what Small accepts (ValueError: 'a' must be < 5" in told
    assert told.endswith("got an object")
    assert shape.expected == "an object with a (Small)"
    assert Record(dict, "Empty").expected == "an object (Empty)"
    assert not shape.hashable  # attrs' classes that compare aren't
    assert Record(object, "Any").hashable
    assert schema_of(Record(dict, "R", description="d"))["description"] == "d"


@attrs.define
class One:
    """A point on a line."""

    x: float


@attrs.define
class Two:
    """A point in a plane."""

    x: float
    y: float = 0.0


@pytest.mark.parametrize(
    ("value", "result"),
    [
        ({"x": 1.0, "y": 2.0}, Two(1.0, 2.0)),
        ({"x": 1.0}, One(1.0)),
        ([{"x": 1.0}, {"x": 1.0, "y": 1.0}], [One(1.0), Two(1.0, 1.0)]),
    ],
)
def test_of_several_the_one_that_keeps_most_is_meant(value: Any, result: Any) -> None:
    """Whichever stands first."""
    points = One | Two
    assert read(shape_of(points | list[points]), value) == result


def test_of_equals_the_narrower_one_is_meant() -> None:
    """A date rather than text, a number rather than a float, and else the first."""
    assert read(shape_of(str | date), "2024-05-31") == date(2024, 5, 31)
    assert read(shape_of(str | date), "yesterday") == "yesterday"
    assert type(read(shape_of(float | int), 1)) is int
    assert type(read(shape_of(int | float), 1.5)) is float
    assert read(shape_of(dict[str, int] | Literal["a"] | str), "a") == "a"


MISSING: Any = cast("Any", TypeAliasType)("Odd", "Missing")


@pytest.mark.parametrize("form", [MISSING, list[MISSING]])
def test_an_alias_of_what_is_missing_is_named(form: Any) -> None:
    """With what to do about it."""
    with pytest.raises(TypeError, match=r"^it: Odd: 'Missing' can't be found; import it"):
        shape_of(form, "it")


@pytest.mark.skipif(sys.version_info < (3, 12), reason="the statement is new in Python 3.12")
@pytest.mark.parametrize(
    ("value", "said"),
    [("Missing", "'Missing' can't be found"), ("sys.oops", "the annotation can't be read: Attr")],
)
def test_an_alias_that_is_evaluated_late_is_named_too(value: str, said: str) -> None:
    """A statement `type Odd = …` looks its names up when it is asked for its value."""
    names: dict[str, Any] = {"__name__": __name__, "sys": sys}
    exec(f"type Odd = {value}", names)
    with pytest.raises(TypeError, match=f"^it: Odd: {said}"):
        shape_of(names["Odd"], "it")


DOC = """Do something
over two lines.

Note that: this is text.
Title:
    also text

Args:
    a: First
        and more.
    *b (int): Second
    c:
        Third
Returns:
    d: nothing of ours

Attributes:
    e: Fifth
and no more: of it
"""


def test_docstrings_are_read() -> None:
    """The words before the first section, and those on each argument or attribute."""
    summary, parts = described(DOC)
    assert summary.startswith("Do something\nover two lines.")
    assert summary.endswith("Title:\n    also text")
    assert parts == {"a": "First and more.", "b": "Second", "c": "Third", "e": "Fifth"}
    assert described(None) == described("") == ("", {})
    assert described("Args:\na: not indented") == ("", {})
    assert described("Args:\n\n\nNotes:\n    a: b") == ("", {})
    assert described("Args:\n    more words\n    a: b") == ("", {"a": "b"})


@pytest.mark.parametrize(
    ("form", "result"),
    [("int", "int"), (int, int)],
)
def test_a_bare_annotation_stays(form: Any, result: Any) -> None:
    """There is nothing around it."""
    assert stripped(form) == (result, None, "")


def test_a_schema_of_a_users_is_shown_as_it_is() -> None:
    """Its definitions are those of the whole; values are taken as they are."""
    given = shape_of({"type": "array", "items": {"$ref": "#/$defs/x"}, "$defs": {"x": {}}})
    assert schema_of(given) == {"type": "array", "items": {"$ref": "#/$defs/x"}, "$defs": {"x": {}}}
    assert read(given, value := [1]) is value
    assert Described(TEXT, "d").suits("a")
    assert not Described(TEXT, "d").suits(1)
    assert schema_of(Described(TEXT, "d")) == {"type": "string", "description": "d"}
    alias = Alias("Name", WHOLE)
    assert (alias.expected, alias.suits(1), alias.suits("a")) == ("Name", True, False)


class Loose(BaseModel):
    """A model that can change."""

    a: int


class Fixed(BaseModel, frozen=True):
    """A model that can't."""

    a: int


def test_only_models_that_can_not_change_are_in_sets() -> None:
    """As Python has it."""
    assert read(shape_of(set[Fixed]), [{"a": 1}, {"a": 1}]) == {Fixed(a=1)}
    with pytest.raises(TypeError, match="can't be elements of a set"):
        shape_of(set[Loose])

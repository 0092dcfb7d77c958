"""Types of users' in JSON: their schema, and values read by it."""

from __future__ import annotations

import json
import re
from dataclasses import InitVar, dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Generic,
    Literal,
    NamedTuple,
    NewType,
    NotRequired,
    Required,
    TypedDict,
    TypeVar,
)
from uuid import UUID

import attrs
import pydantic
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker
from typing_extensions import ReadOnly, TypeAliasType

from julep._codec import decode_json, encode
from julep._codec.mismatch import Mismatch
from julep._shapes import Shape, read, schema_of, shape_of

from .schemas import KINDS, TUPLE, Kind, Level, Shade, fitting

if TYPE_CHECKING:
    from fractions import Fraction

T = TypeVar("T")
ID = "00000000-0000-0000-0000-000000000001"
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


@pytest.mark.slow
@settings(deadline=None)
@given(st.data(), KINDS)
def test_what_fits_the_schema_is_read(data: st.DataObject, kind: Kind) -> None:
    """A schema is a valid one, and promises no more than is read."""
    shape = shape_of(kind.form)
    schema = schema_of(shape)
    value = data.draw(fitting(schema, schema))

    fits(value, schema)
    read(shape, json.loads(json.dumps(value)))


@pytest.mark.slow
@settings(deadline=None)
@given(st.data(), KINDS)
def test_values_come_back(data: st.DataObject, kind: Kind) -> None:
    """What the encoder writes of a value fits the schema and is read as an equal one."""
    value = data.draw(kind.values)
    plain = decode_json(encode(value))
    shape = shape_of(kind.form)

    fits(plain, schema_of(shape))
    assert read(shape, plain) == value


@dataclass
class Node:
    """A node of a list.

    Attributes:
        value: What it holds.
    """

    value: int
    next: Node | None = None
    seen: bool = field(default=False, init=False)


@attrs.define
class Secret:
    """Attrs fields go by their alias."""

    _key: Annotated[str, "the key"]
    size: int = attrs.field(alias="length", default=1)
    parts: list[Secret] = attrs.field(factory=list["Secret"])
    _cache: dict[str, str] = attrs.field(factory=dict[str, str], init=False)


class Options(TypedDict, total=False):
    """Qualifiers count, though annotations are text here."""

    name: Required[Annotated[str, "its name"]]
    size: ReadOnly[int]
    shade: NotRequired[Shade]


class Spot(NamedTuple):
    """A tuple whose places have names."""

    x: int
    y: float = 0.5


@dataclass
class Box(Generic[T]):
    """Something in a box."""

    content: T
    others: list[T]


@dataclass
class Dates(Box[date]):
    """Dates in a box."""


class Person(pydantic.BaseModel):
    """A model of pydantic's."""

    model_config = pydantic.ConfigDict(strict=True)

    name: str = pydantic.Field(alias="fullName")
    born: date | None = None
    friends: list[Person] = pydantic.Field(default=[])


Json = TypeAliasType("Json", "dict[str, Json] | list[Json] | int | None")
Pair = TypeAliasType("Pair", tuple[T, T], type_params=(T,))
Number = NewType("Number", int)

NODE = {
    "description": "A node of a list.",
    "type": "object",
    "properties": {
        "value": {"description": "What it holds.", "type": "integer"},
        "next": {"anyOf": [{"$ref": "#/$defs/Node"}, {"type": "null"}], "default": None},
    },
    "required": ["value"],
}
SCHEMAS: list[tuple[Any, Any]] = [
    (Node, NODE | {"$defs": {"Node": NODE}}),
    (list[Node], {"type": "array", "items": {"$ref": "#/$defs/Node"}, "$defs": {"Node": NODE}}),
    (
        Options,
        {
            "description": "Qualifiers count, though annotations are text here.",
            "type": "object",
            "properties": {
                "name": {"description": "its name", "type": "string"},
                "size": {"type": "integer"},
                "shade": {"enum": ["dark", "light", 0]},
            },
            "required": ["name"],
        },
    ),
    (
        Spot,
        {
            "description": "A tuple whose places have names.",
            "type": "object",
            "properties": {"x": {"type": "integer"}, "y": {"type": "number", "default": 0.5}},
            "required": ["x"],
        },
    ),
    (
        list[Annotated[int, "a year"]],
        {"type": "array", "items": {"type": "integer", "description": "a year"}},
    ),
    (
        set[Any],
        {
            "type": "array",
            "items": {"type": ["string", "number", "boolean", "null"]},
            "uniqueItems": True,
        },
    ),
    (tuple[()], {"type": "array", "maxItems": 0}),
    (tuple, {"type": "array"}),
    (dict, {"type": "object"}),
    (
        dict[UUID, bool],
        {
            "type": "object",
            "propertyNames": {"type": "string", "format": "uuid"},
            "additionalProperties": {"type": "boolean"},
        },
    ),
    (
        Pair[Number],
        {"type": "array", "prefixItems": [{"type": "integer"}] * 2, "minItems": 2, "maxItems": 2},
    ),
    (T, {}),
    ({"type": "object"}, {"type": "object"}),
]


@pytest.mark.parametrize(("form", "schema"), SCHEMAS, ids=str)
def test_schemas_are_plain(form: Any, schema: Any) -> None:
    """A class stands under `$defs` once, unless it is the whole; docstrings are descriptions."""
    Draft202012Validator.check_schema(schema)
    assert schema_of(shape_of(form)) == schema


def test_two_classes_of_one_name_are_two() -> None:
    """Definitions are told apart by a number."""
    other = attrs.make_class("Node", {"other": attrs.field(type=str)})
    schema = schema_of(shape_of(TUPLE[Node, other]))
    assert [place["$ref"] for place in schema["prefixItems"]] == ["#/$defs/Node", "#/$defs/Node_2"]
    assert schema["$defs"].keys() == {"Node", "Node_2"}


READ: list[tuple[Any, Any, Any]] = [
    (int, 1.0, 1),
    (float, 1, 1.0),
    (date, "2024-05-31", date(2024, 5, 31)),
    (datetime, "2016-12-31T23:59:60Z", datetime(2017, 1, 1, tzinfo=UTC)),
    (UUID, ID, UUID(int=1)),
    (Shade, "dark", Shade.DARK),
    (Level, 2.0, Level.HIGH),
    (set[int], [1, 1.0], {1}),
    (tuple[int, str], [1, "a"], (1, "a")),
    (dict[int, str], {"7": "a"}, {7: "a"}),
    (dict[UUID, str], {ID: "a"}, {UUID(int=1): "a"}),
    (dict[Level, str], {"2": "a"}, {Level.HIGH: "a"}),
    (Node, {"value": 1, "next": {"value": 2, "more": 1}, "more": 1}, Node(1, Node(2))),
    (Secret, {"key": "k", "length": 2, "parts": [{"key": "p"}]}, Secret("k", 2, [Secret("p")])),
    (Options, {"name": "n", "shade": 0, "more": 1}, {"name": "n", "shade": Shade.NONE}),
    (Spot, {"x": 1}, Spot(1)),
    (Box[date], {"content": "2024-05-31", "others": []}, Box(date(2024, 5, 31), [])),
    (Dates, {"content": "2024-05-31", "others": []}, Dates(date(2024, 5, 31), [])),
    (Pair[Spot], [{"x": 1}, {"x": 2}], (Spot(1), Spot(2))),
    (Json, {"a": [{"b": None}, 1]}, {"a": [{"b": None}, 1]}),
    (object, [1, {"a": None}], [1, {"a": None}]),
    ({"type": "object"}, {"a": 1}, {"a": 1}),
    # Unions
    (int | float, 1, 1),
    (float | int, 1, 1),
    (int | float, 1.0, 1.0),
    (int | bool, True, True),
    (str | date, "2024-05-31", date(2024, 5, 31)),
    (date | datetime | UUID | str, "2024-05-31T12:00:00Z", datetime(2024, 5, 31, 12, tzinfo=UTC)),
    (date | datetime | UUID | str, ID, UUID(int=1)),
    (date | datetime | UUID | str, "x", "x"),
    (str | Shade, "dark", Shade.DARK),
    (list[int] | list[str], ["a"], ["a"]),
    (list[float] | list[int], [1], [1]),
    (tuple[int] | tuple[int, int], [1, 2], (1, 2)),
    (Spot | Node, {"value": 1}, Node(1)),
    (Spot | dict[str, int], {"x": 1, "z": 2}, {"x": 1, "z": 2}),
    (dict[str, float] | Spot, {"x": 1, "y": 2}, Spot(1, 2)),
    (Node | None, None, None),
    (list[Node | Spot] | None, [{"x": 1}, {"value": 1}], [Spot(1), Node(1)]),
]


@pytest.mark.parametrize(("form", "given", "expected"), READ, ids=str)
def test_json_is_read_as_the_type(form: Any, given: Any, expected: Any) -> None:
    """Values come in the types that were asked for; a union's member is the one that keeps most."""
    value = read(shape_of(form), given)
    assert value == expected
    assert type(value) is type(expected)


@dataclass
class Add:
    """The tag stands after the parts."""

    left: Term
    right: Term
    kind: Literal["add"] = "add"


@dataclass
class Multiply:
    """The same fields under another tag."""

    left: Term
    right: Term
    kind: Literal["multiply"] = "multiply"


Term = Add | Multiply | int


def test_tags_tell_members_apart() -> None:
    """A deep tree of a union takes no longer than its size."""
    tree: Any = 1
    for index in range(40):
        tree = Add(tree, index) if index % 2 else Multiply(tree, index)

    assert read(shape_of(Term), decode_json(encode(tree))) == tree


@dataclass
class Plain:
    """A link of a chain."""

    below: Plain | Marked | None = None


@dataclass
class Marked:
    """A link that only one more name tells from the other."""

    below: Plain | Marked | None = None
    mark: int = 0


def test_members_that_look_alike_cost_no_more() -> None:
    """What is below is read once for each type, not once more at each level."""
    chain: Any = None
    for index in range(60):
        chain = Marked(chain, index) if index % 2 else Plain(chain)

    assert read(shape_of(Plain | Marked), decode_json(encode(chain))) == chain


class Refusing(NamedTuple):
    """JSON, and what is said of it."""

    form: Any
    given: Any
    path: str
    said: str


@attrs.define
class Positive:
    """A class that looks at what it is given."""

    value: int = attrs.field(validator=attrs.validators.gt(0))


REFUSED = [
    Refusing(int, "1", "", "expected a whole number, got text"),
    Refusing(int, True, "", "expected a whole number, got true or false"),
    Refusing(int, 1.5, "", "expected a whole number, got a number"),
    Refusing(float, 10**400, "", "expected a number, got a whole number"),
    Refusing(bool, 1, "", "expected true or false, got a whole number"),
    Refusing(str, None, "", "expected text, got null"),
    Refusing(date, "2024-02-30", "", "expected a date such as 2024-05-31"),
    Refusing(datetime, "2024-02-01", "", "expected a time such as 2024-05-31T12:00:00Z"),
    Refusing(UUID, "1", "", "expected a UUID, got text"),
    Refusing(Literal[1, "a"], True, "", 'expected one of 1, "a", got true'),
    Refusing(Shade, {}, "", 'expected one of "dark", "light", 0, got an object'),
    Refusing(list[int], [1, "2"], "[1]", "expected a whole number, got text"),
    Refusing(tuple[int, int], [1], "", "expected an array of 2, got one of 1"),
    Refusing(set[Any], [[]], "", "expected an array of single values"),
    Refusing(dict[int, int], {"a": 1}, "the key 'a'", "expected a whole number in text"),
    Refusing(dict[str, Spot], {"a": {"x": ""}}, "a.x", "expected a whole number, got text"),
    Refusing(Node, {"next": {}, "value": 1}, "next.value", "expected a whole number, got nothing"),
    Refusing(list[Node], [{"value": 1, "next": {"value": []}}], "[0].next.value", "got an array"),
    Refusing(Spot, [1, 2], "", "expected an object with x (Spot), got an array"),
    Refusing(Spot | Node, 5, "", "expected an object with x (Spot) or an object with"),
    Refusing(Spot | None, {"x": "1"}, "x", "expected a whole number, got text"),
    Refusing(Spot | Node | None, {"value": ""}, "value", "expected a whole number, got text"),
    Refusing(list[Positive], [{"value": 0}], "[0]", "expected what Positive accepts (ValueError"),
    Refusing(Person, {"fullName": "A", "friends": [{}]}, "friends[0].fullName", "Field required"),
    Refusing(Person | None, [], "", "object"),
    Refusing(Json, "x", "", "expected"),
]


@pytest.mark.parametrize("case", REFUSED, ids=str)
def test_what_does_not_fit_is_told(case: Refusing) -> None:
    """The error says where, what belongs there and what is there."""
    with pytest.raises(Mismatch) as refused:
        read(shape_of(case.form), case.given)
    assert refused.value.path == case.path
    assert case.said in str(refused.value)


def test_depth_is_no_crash() -> None:
    """JSON that is nested too deeply doesn't fit either."""
    nested: Any = None
    for _ in range(100_000):
        nested = {"value": 1, "next": nested}
    with pytest.raises(Mismatch, match="nested too deeply"):
        read(shape_of(Node), nested)


def test_models_of_pydantic_are_read_by_pydantic() -> None:
    """Its schema is used, aliases too, and what is written is read again."""
    person = Person.model_validate_json(
        '{"fullName": "A", "born": "2024-05-31", "friends": [{"fullName": "B"}]}'
    )
    shape = shape_of(list[Person])
    plain = decode_json(encode([person]))

    fits(plain, schema_of(shape))
    assert plain[0]["fullName"] == "A"
    assert read(shape, plain) == [person]


@pytest.mark.parametrize("form", [Person, list[Person], tuple[Person, Person], Person | None])
def test_schemas_of_pydantic_hold_together(form: Any) -> None:
    """Definitions of a model are found from wherever it stands, and a class is defined once."""
    schema = schema_of(shape_of(form))
    rejects: Any = Draft202012Validator(schema)
    friend = {"fullName": "B", "friends": [{"fullName": 5}]}

    assert schema["$defs"].keys() <= {"Person", "Person__Person"}
    assert [error.json_path for error in rejects.iter_errors(friend)]


@dataclass
class Holding:
    """A class with a field of some type."""

    unfit: Decimal


@dataclass
class Given:
    """A class with an argument that it does not keep."""

    size: InitVar[int]


class Empty(Enum):
    """No value at all."""


UNFIT: list[tuple[Any, str]] = [
    (Decimal, "this type: Decimal has no form in JSON; use str, int"),
    (list[Holding], "this type: Holding.unfit: Decimal has no form in JSON"),
    (Given, "this type: Given.size is an InitVar"),
    (Empty, "this type: Empty needs text, numbers, booleans or None as values"),
    (Literal[b"a"], "this type: Literal[b'a']"),
    (dict[Spot, int], "keys of a dict must be"),
    (set[Node], "this type: the items of set[tests.test_shapes.Node] can't be elements of a set"),
    (NamedTuple("Bare", [("a", "Fraction")]), "'Fraction' can't be found; import it at run time"),
    ("Node", "this type: Node has no form in JSON"),
]


@pytest.mark.parametrize(("form", "said"), UNFIT, ids=str)
def test_types_without_a_form_in_json_are_refused(form: Any, said: str) -> None:
    """The error names the class and the field."""
    with pytest.raises(TypeError) as refused:
        shape_of(form)
    assert said in str(refused.value)


def union_of(kinds: list[Kind]) -> Shape:
    """The shape of a union of some types."""
    form = kinds[0].form
    for kind in kinds[1:]:
        form |= kind.form
    return shape_of(form)


@pytest.mark.slow
@settings(deadline=None)
@given(st.data(), st.lists(KINDS, min_size=2, max_size=3))
def test_unions_take_what_their_members_take(data: st.DataObject, kinds: list[Kind]) -> None:
    """What fits the schema of a union is read, and loses nothing that a member would keep."""
    shape = union_of(kinds)
    schema = schema_of(shape)
    value = data.draw(fitting(schema, schema))
    written = decode_json(encode(data.draw(data.draw(st.sampled_from(kinds)).values)))

    read(shape, value)
    again = decode_json(encode(read(shape, written)))
    assert read(shape, again) == read(shape, written)


def type_of(kind: Kind) -> str:
    """The one type that values of a kind have in JSON; "any" where there are several."""
    kind_of_json: str = schema_of(shape_of(kind.form)).get("type", "any")
    return kind_of_json.replace("integer", "number")


TYPED = KINDS.filter(lambda kind: type_of(kind) != "any")


@pytest.mark.slow
@settings(deadline=None, max_examples=50)
@given(st.data(), st.lists(TYPED, min_size=2, max_size=4, unique_by=type_of))
def test_members_that_json_tells_apart_come_back(data: st.DataObject, kinds: list[Kind]) -> None:
    """A value of a union is read as what it was, when no two members look alike in JSON."""
    value = data.draw(data.draw(st.sampled_from(kinds)).values)
    plain = decode_json(encode(value))
    shape = union_of(kinds)

    fits(plain, schema_of(shape))
    assert read(shape, plain) == value

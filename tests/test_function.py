"""Functions as tools: their schema, their arguments, and which can't be tools."""

from __future__ import annotations

import functools
import inspect
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any, Literal, NewType, ParamSpec, TypeVar

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import julep
from julep import Function, tool_schema
from julep._codec.mismatch import Mismatch
from julep._shapes import read, shape_of
from julep._tools.function import functions_by_name

from .schemas import KINDS, Kind, conforms, either, fitting
from .test_shapes import fits

if TYPE_CHECKING:
    from decimal import Decimal as OnlyForCheckers

P = ParamSpec("P")
R = TypeVar("R")
OrderNumber = NewType("OrderNumber", str)


class Reason(Enum):
    """Why money goes back."""

    BROKEN = "broken"
    LATE = "late"


def refund(
    order: OrderNumber,
    amount: Annotated[float, "in euros"],
    reason: Reason = Reason.LATE,
    *,
    when: date | None = None,
    note: str = None,  # type: ignore[assignment]  # pyright: ignore[reportArgumentType]  # noqa: RUF013 - people write it
) -> OnlyForCheckers:  # a name that only checkers know is no concern of the model's
    """Give money back.

    Only once for each order.

    Args:
        order: Number of the order,
            such as A17.
        amount (float): How much.
        reason: Why.
        when: The day; today by default.
        note: For the books.

    Returns:
        What is left.
    """
    return (order, amount, reason, when, note)  # type: ignore[return-value]  # pyright: ignore[reportReturnType] - the test looks at it


REFUND = {
    "type": "object",
    "properties": {
        "order": {"description": "Number of the order, such as A17.", "type": "string"},
        "amount": {"description": "in euros", "type": "number"},
        "reason": {
            "description": "Why.",
            "type": "string",
            "enum": ["broken", "late"],
            "default": "late",
        },
        "when": {
            "description": "The day; today by default.",
            "anyOf": [{"type": "string", "format": "date"}, {"type": "null"}],
            "default": None,
        },
        "note": {
            "description": "For the books.",
            "anyOf": [{"type": "string"}, {"type": "null"}],
            "default": None,
        },
    },
    "required": ["order", "amount"],
    "additionalProperties": False,
}


def order_status(order: str, verbose: bool = False) -> str:
    """Say where an order is."""
    return f"{order} {verbose}"


def passed_on(function: Callable[P, R]) -> Callable[P, R]:
    """Decorate a function and keep its signature."""

    @functools.wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        return function(*args, **kwargs)

    return wrapper


class Shop:
    """Look things up in the shop."""

    def status(self, order: str) -> str:
        """Say where it is."""
        return f"{order} {type(self).__name__}"

    @julep.tool(name="shop_price")
    def price(self, order: str) -> str:
        """Say what it costs."""
        return self.status(order)

    async def __call__(self, order: str) -> str:  # noqa: D102 - it is the class that says what it does
        return order


class Counted:
    """A decorator that is a class."""

    def __init__(self, function: Callable[..., Any]) -> None:
        functools.update_wrapper(self, function)
        self.calls = 0

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Count the calls."""
        self.calls += 1


def test_a_signature_becomes_a_schema() -> None:
    """Annotations, defaults and docstrings are in it; what has a default is not required."""
    assert tool_schema(refund) == REFUND
    assert julep.tool(refund).description == "Give money back.\n\nOnly once for each order."


def test_arguments_are_read_into_the_annotated_types() -> None:
    """JSON text becomes keyword arguments; defaults are left to the function."""
    function = julep.tool(refund)
    arguments = function.read(
        '{"order": "A17", "amount": 3, "reason": "broken", "when": "2024-05-31", "note": null}'
    )
    assert function(**arguments) == ("A17", 3.0, Reason.BROKEN, date(2024, 5, 31), None)
    assert function.read({"order": "A17", "amount": 1.5}) == {"order": "A17", "amount": 1.5}


@pytest.mark.parametrize("arguments", [None, "", " ", "{}", {}])
def test_no_arguments_are_read_as_none_at_all(arguments: Any) -> None:
    """Models leave the arguments empty in several ways."""

    def now() -> str:
        return "12:00"

    assert julep.tool(now).read(arguments) == {}
    assert tool_schema(now) == {"type": "object", "properties": {}, "additionalProperties": False}


@pytest.mark.parametrize(
    ("arguments", "path", "said"),
    [
        ("{", "the arguments", "expected JSON, got text that is not"),
        ('{"order": NaN}', "the arguments", "NaN is not a number in JSON"),
        ("[" * 100_000, "the arguments", "expected JSON"),
        ("[1]", "the arguments", "expected an object, got an array"),
        ('{"order": "A17"}', "amount", "expected a number, got nothing"),
        ('{"order": 17, "amount": 1}', "order", "expected text, got a whole number"),
        ('{"order": "A", "amount": true}', "amount", "expected a number, got true or false"),
        (
            '{"order": "A", "amount": 1, "reason": "x"}',
            "reason",
            'one of "broken", "late", got "x"',
        ),
        ('{"order": "A", "amount": 1, "when": "soon"}', "when", "expected a date such as"),
        ('{"ordr": "A"}', "ordr", "one of the names order, amount, reason, when, note"),
    ],
)
def test_a_model_is_told_what_is_wrong(arguments: str, path: str, said: str) -> None:
    """Wrong arguments are an error that names the place and what belongs there."""
    with pytest.raises(Mismatch) as refused:
        julep.tool(refund).read(arguments)
    assert refused.value.path == path
    assert str(refused.value).startswith(f"{path}: ")
    assert said in str(refused.value)


PARAMETERS = st.tuples(
    st.lists(KINDS, min_size=1, max_size=2).map(either),
    st.sampled_from([inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD]),
    st.sampled_from([inspect.Parameter.empty, None]),
)


@pytest.mark.slow
@settings(deadline=None)
@given(st.data(), st.dictionaries(st.sampled_from(["a", "b", "c"]), PARAMETERS, max_size=3))
def test_any_call_that_fits_is_read(
    data: st.DataObject, parameters: dict[str, tuple[Kind, Any, Any]]
) -> None:
    """Whatever the annotations are, what fits the schema of a call is read as what they say."""

    def function(**_: Any) -> None: ...

    declared = [
        inspect.Parameter(name, how, annotation=kind.form, default=default)
        for name, (kind, how, default) in parameters.items()
    ]
    declared.sort(key=lambda each: (each.kind, each.default is None))
    function.__dict__["__signature__"] = inspect.Signature(declared)
    tool = julep.tool(function)
    required = [name for name, (_, _, default) in parameters.items() if default is not None]
    assert sorted(tool.parameters.get("required", [])) == sorted(required)
    arguments = data.draw(fitting(tool.parameters, tool.parameters))

    fits(arguments, tool.parameters)
    taken = tool.read(json.dumps(arguments))
    assert taken.keys() == arguments.keys()
    for name, value in taken.items():
        kind, _, default = parameters[name]
        assert conforms(value, kind.form) or (value is default is None)


ORDER = {
    "type": "object",
    "properties": {"order": {"type": "string"}},
    "required": ["order"],
    "additionalProperties": False,
}


@pytest.mark.parametrize(
    ("function", "name", "description"),
    [
        (Shop().status, "status", "Say where it is."),
        (Shop().price, "shop_price", "Say what it costs."),
        (Shop(), "Shop", "Look things up in the shop."),
        (functools.partial(order_status, verbose=True), "order_status", "Say where an order is."),
        (functools.partial(Shop.status, Shop()), "status", "Say where it is."),
        (passed_on(Shop().status), "status", "Say where it is."),
        (functools.cache(Shop().status), "status", "Say where it is."),
        (Counted(Shop().status), "status", "Say where it is."),
        (functools.partial(julep.tool(Shop().status)), "status", "Say where it is."),
    ],
)
def test_all_that_is_called_can_be_a_tool(
    function: Callable[..., Any], name: str, description: str
) -> None:
    """Methods, objects, partials without what is bound, and decorated functions are tools."""
    (made,) = functions_by_name([function]).values()
    assert (made.name, made.description, made.parameters) == (name, description, ORDER)


def test_a_decorated_method_is_bound_to_its_object() -> None:
    """`julep.tool` in a class makes tools of the methods of objects."""
    assert Shop().price("A17") == "A17 Shop"
    assert Shop.price(Shop(), "A17") == "A17 Shop"
    assert str(inspect.signature(Shop().price)) == "(order: 'str') -> 'str'"
    with pytest.raises(TypeError, match="shop_price is a method; pass that of an object"):
        functions_by_name([Shop.price])


def test_async_functions_are_known() -> None:
    """Functions, methods, objects and partials that give coroutines say so."""

    async def fetch(order: str) -> str:
        return order

    tools: list[Callable[..., Any]] = [
        fetch,
        Shop(),
        Shop().__call__,
        functools.partial(fetch, "A"),
        julep.tool(fetch),
    ]
    assert [julep.tool(each, name="x").is_async for each in tools] == [True] * 5
    assert not julep.tool(order_status).is_async
    assert not julep.tool(passed_on(fetch)).is_async  # who knows what the decorator does


MAKERS: list[Callable[[Callable[..., Any]], Function[..., Any]]] = [
    lambda function: julep.tool(function, name="n", description="d"),
    julep.tool(name="n", description="d"),
    lambda function: julep.tool(julep.tool(function, name="n"), description="d"),
    lambda function: julep.tool(julep.tool(function, description="d"), name="n"),
]


@pytest.mark.parametrize("make", MAKERS)
def test_a_tool_is_made_beside_its_function(make: Callable[..., Function[..., Any]]) -> None:
    """Name and description can be chosen; the function stays as it was, and the tool acts as it."""
    before = dict(vars(order_status))
    made = make(order_status)

    assert (made.name, made.description, made.function) == ("n", "d", order_status)
    assert made("A17", verbose=True) == "A17 True"
    assert inspect.signature(made) == inspect.signature(order_status)
    assert made.definition.parameters == tool_schema(order_status)
    assert made.__doc__ == order_status.__doc__
    assert vars(order_status) == before
    assert repr(made) == "<Function n>"


def test_a_decorator_needs_no_parentheses() -> None:
    """`@julep.tool` alone takes name and docstring of the function."""

    @julep.tool
    def lookup(order: str) -> str:
        return order

    assert (lookup.name, lookup.description, lookup("A")) == ("lookup", None, "A")


def local_order() -> tuple[type[Any], Function[..., Any]]:
    """A class and a tool whose annotations name classes that only this function knows."""

    @attrs.define
    class Item:
        name: str
        parts: list[Item] = attrs.field(factory=list["Item"])

    @dataclass
    class Order:
        item: Item
        before: Order | None = None

    def place(order: Order) -> str:
        return order.item.name

    return Order, julep.tool(place)


def test_annotations_may_name_local_classes() -> None:
    """They are found in the functions that run, and known from then on."""
    kind, place = local_order()
    order = {"item": {"name": "a", "parts": [{"name": "b"}]}, "before": {"item": {"name": "c"}}}

    assert place(**place.read({"order": order})) == "a"
    assert read(shape_of(kind), order) == place.read({"order": order})["order"]
    with pytest.raises(TypeError, match="place: parameter 'order': 'Order' can't be found"):
        tool_schema(place.function)


class Warehouse:
    """A class that keeps the types of its methods in itself."""

    @dataclass
    class Shelf:
        """Where things lie."""

        number: int

    def count(self, shelf: Shelf) -> int:
        """Say how many lie there."""
        return shelf.number


def test_a_method_knows_the_classes_in_its_class() -> None:
    """Checkers find them there too."""
    function = julep.tool(Warehouse().count)
    assert function(**function.read({"shelf": {"number": 3}})) == 3


def local_name_twice() -> dict[str, Any]:
    """The schema of a function that means the class of the module."""
    return tool_schema(takes_literal)


def takes_literal(kind: Literal["a", "b"]) -> None:
    """Take a letter."""


def test_names_of_the_module_come_first() -> None:
    """A variable of a function that runs hides nothing that the module of the tool knows."""
    Literal = "no type"  # noqa: N806 - it must not be found
    assert Literal
    assert local_name_twice()["properties"]["kind"] == {"type": "string", "enum": ["a", "b"]}


def test_what_a_function_closes_over_is_found() -> None:
    """A class that the function uses is known to it wherever it is called."""

    def made() -> Callable[..., Any]:
        @dataclass
        class Part:
            size: int

        def measure(part: Part) -> bool:
            return isinstance(part, Part)

        return measure

    function = julep.tool(made())
    assert function(**function.read({"part": {"size": 1}}))


def any_number(*orders: str) -> None:
    """Take any number of arguments."""


def keywords(**orders: str) -> None:
    """Take any keyword."""


def positional(order: str, /) -> None:
    """Take an argument without a name."""


def bare(order) -> None:  # type: ignore[no-untyped-def]  # pyright: ignore  # noqa: ANN001, PGH003 - that is the test
    """Say nothing of the type."""


def unsupported(order: Callable[[], str]) -> None:
    """Take what JSON can't show."""


def lists_in_a_set(order: set[list[str]]) -> None:
    """Take what Python can't have."""


def odd_keys(order: dict[float, str]) -> None:
    """Take a dict with keys that JSON doesn't have."""


def for_checkers(order: OnlyForCheckers) -> None:
    """Name a type that isn't imported."""


def misspelt(order: attrs.Oops) -> None:  # type: ignore[name-defined]  # pyright: ignore  # noqa: PGH003 - that is the test
    """Name what a module doesn't have."""


@attrs.define
class Misspelt:
    """A class with such a field."""

    size: attrs.Oops  # type: ignore[name-defined]  # pyright: ignore  # noqa: PGH003 - that is the test


def of_misspelt(order: Misspelt) -> None:
    """Take one of them."""


def half_written(order: int) -> None:
    """Have an annotation that is not Python."""


half_written.__annotations__["order"] = "list[int,"


async def yielding(order: str) -> Any:
    """Give a result piece by piece."""
    yield order


REFUSED: list[tuple[Any, str]] = [
    (any_number, "any_number: parameter 'orders' takes any number of arguments"),
    (keywords, "keywords: parameter 'orders' takes any number of arguments"),
    (positional, "positional: parameter 'order' is positional-only"),
    (bare, "bare: parameter 'order' has no annotation"),
    (unsupported, "unsupported: parameter 'order': collections.abc.Callable"),
    (lists_in_a_set, r"lists_in_a_set: parameter 'order': the items of set\[list\[str\]\]"),
    (odd_keys, r"odd_keys: parameter 'order': dict\[float, str\]: keys of a dict must be"),
    (for_checkers, "for_checkers: parameter 'order': 'OnlyForCheckers' can't be found"),
    (misspelt, "misspelt: parameter 'order': the annotation can't be read: AttributeError: .*Oops"),
    (of_misspelt, "of_misspelt: parameter 'order': Misspelt: the annotation can't be read: Attr"),
    (half_written, "half_written: parameter 'order': the annotation can't be read: SyntaxError"),
    (yielding, "yielding is an async generator"),
    (max, "max can't be a tool"),
    (Shop, "<class .* can't be a tool; pass a function"),
    ("refund", "'refund' can't be a tool; pass a function"),
]


@pytest.mark.parametrize(("function", "said"), REFUSED)
def test_what_no_model_could_call_is_refused(function: Any, said: str) -> None:
    """The error comes when the tool is given, and names function and parameter."""
    with pytest.raises(TypeError, match=f"^{said}"):
        functions_by_name([function])


@pytest.mark.parametrize("name", ["", "a b", "1a", "a-b", "a.b", "x" * 41, "<lambda>"])
def test_names_are_what_servers_take(name: str) -> None:
    """Another name is refused with how to give one."""
    with pytest.raises(ValueError, match=r"julep\.tool\(function, name="):
        julep.tool(refund, name=name)


@pytest.mark.parametrize("keyword", ["name", "description"])
def test_what_a_tool_is_called_is_a_text(keyword: str) -> None:
    """Anything else is refused where it is given."""
    given: dict[str, Any] = {keyword: 3}
    with pytest.raises(TypeError, match=f"^{keyword} must be a text, not int$"):
        julep.tool(refund, **given)


def test_two_tools_of_one_name_are_refused() -> None:
    """A model could not say which it means."""
    with pytest.raises(ValueError, match="two tools are called refund"):
        functions_by_name([refund, julep.tool(order_status, name="refund")])

"""What templates may reach, and the bounds of their filters."""

from __future__ import annotations

from typing import Any

import pytest
from jinja2 import Undefined
from jinja2.exceptions import SecurityError, UndefinedError

from julep.local.sandbox.attributes import Function
from julep.local.sandbox.budget import InvalidExpression, LimitExceeded, spending
from julep.local.sandbox.template_environment import TemplateEnvironment
from julep.local.sandbox.template_filters import guard_filters, weighed


@pytest.fixture
def environment() -> TemplateEnvironment:
    """An environment with guarded filters."""
    environment = TemplateEnvironment()
    guard_filters(environment)
    return environment


@pytest.mark.parametrize(
    ("value", "name", "found"),
    [({"a": 1}, "a", 1), ([5, 6], 1, 6), ("abc", 0, "a"), ((1, 2), -1, 2), ({1: 2}, 1, 2)],
)
def test_items_are_found(
    environment: TemplateEnvironment, value: Any, name: Any, found: Any
) -> None:
    """By key or by place."""
    assert environment.getitem(value, name) == found
    if isinstance(name, str):
        assert environment.getattr(value, name) == found


@pytest.mark.parametrize("value", ["a", [1], {"a": 1}, 5, object()])
@pytest.mark.parametrize("name", ["missing", "__class__", "__init__", "mro"])
def test_what_is_closed_is_undefined(
    environment: TemplateEnvironment, value: Any, name: str
) -> None:
    """And raises once it is used."""
    for found in (environment.getattr(value, name), environment.getitem(value, name)):
        assert isinstance(found, Undefined)
        with pytest.raises((UndefinedError, SecurityError)):
            str(found + 1)


def test_only_functions_of_ours_are_called(environment: TemplateEnvironment) -> None:
    """Whatever else can be called by Python."""
    context = environment.from_string("").new_context()
    assert environment.call(context, Function("f", abs), -2) == 2
    assert environment.call(context, environment.getattr("a", "upper")) == "A"
    for other in (print, str, object(), 7):
        with pytest.raises(InvalidExpression, match="is not a function"):
            environment.call(context, other)


def test_operators_are_those_of_expressions(environment: TemplateEnvironment) -> None:
    """With their bounds."""
    context = environment.from_string("").new_context()
    assert environment.call_binop(context, "+", 1, 2) == 3
    with pytest.raises(LimitExceeded), spending():
        environment.call_binop(context, "**", 10, 10**9)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("center", ("a", 10**9)),
        ("replace", ("a" * 1_000_000, "a", "b" * 1_000)),
        ("indent", ("\n" * 100_000, 10**6)),
        ("format", ("%999999999d", 1)),
        ("wordwrap", ("a" * 50_001,)),
    ],
)
def test_a_filter_refuses_what_grows_too_big(
    environment: TemplateEnvironment, name: str, arguments: tuple[Any, ...]
) -> None:
    """Before it is built."""
    source = f"{{{{ v | {name}({', '.join(f'a{at}' for at in range(1, len(arguments)))}) }}}}"
    names = {"v": arguments[0], **{f"a{at}": each for at, each in enumerate(arguments) if at}}
    with pytest.raises(LimitExceeded), spending():
        environment.from_string(source).render(names)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{ 'a' | upper }}", "A"),
        ("{{ [1, 2] | join('-') }}", "1-2"),
        ("{{ '%s!' | format('a') }}", "a!"),
        ("{{ {'a': 1} | attr('keys') is defined }}", "True"),
        ("{{ [[1], [2]] | sum(start=[]) }}", "[1, 2]"),
        ("{{ 1 in [1] }}", "True"),
        ("{{ 'abc'[1:] }}", "bc"),
    ],
)
def test_ordinary_templates_are_rendered(
    environment: TemplateEnvironment, source: str, text: str
) -> None:
    """As Jinja does it."""
    with spending():
        assert environment.from_string(source).render() == text


def test_values_that_are_too_heavy_are_refused() -> None:
    """A small one is given back."""
    small = [1, {"a": [2]}]
    assert weighed(small) is small
    heavy: Any = [0] * 10
    for _ in range(9):
        heavy = [heavy] * 10
    with pytest.raises(LimitExceeded), spending():
        weighed(heavy)

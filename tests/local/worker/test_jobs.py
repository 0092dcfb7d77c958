"""What a worker does, in this process."""

from __future__ import annotations

from typing import Any

import pytest

from julep.local.sandbox import transfer
from julep.local.worker.jobs import answer


def done(name: str, *arguments: Any, seconds: float = 5) -> Any:
    """The error, the result, whether time ran out, and the expression that failed."""
    return transfer.load(answer(name, arguments, seconds))


DONE: list[Any] = [
    ("evaluate", ({"a": "$ x + 1"}, {"x": 1}), {"a": 2}),
    ("fold", ("results + _ * n", 1, [1, 2], {"n": 10}), 31),
    ("render", (["{{ a }}!", "plain"], {"a": 1}), ["1!", "plain"]),
    ("load_yaml", ("a: [1]",), {"a": [1]}),
    ("schema_problem", ({"type": "object"},), None),
    ("input_problem", ({"type": "object"}, {}), None),
    ("validate", ({"main": [{"get": "a"}]}, False), []),
]


@pytest.mark.parametrize(
    ("name", "arguments", "result"),
    DONE,
)
def test_a_job_is_done(name: str, arguments: Any, result: Any) -> None:
    """Of plain data."""
    assert done(name, *arguments) == (None, result, False, None)


FAILING: list[Any] = [
    ("evaluate", ({"a": "$ 1 / 0"}, {}), "division"),
    ("render", (["{{ 1 / 0 }}"], {}), "division"),
    ("render", (["{{ 'a' * 300000 }}"] * 2, {}), "They write more than 500,000 characters"),
    ("load_yaml", ("a: [",), "while parsing"),
    ("evaluate", ({"a": "$ [0] * 10 ** 9"}, {}), ""),
]


@pytest.mark.parametrize(
    ("name", "arguments", "words"),
    FAILING,
)
def test_an_error_of_a_job_is_told(name: str, arguments: Any, words: str) -> None:
    """With its name."""
    error, text, is_late, expression = done(name, *arguments)
    assert error
    assert words in text
    assert not is_late
    assert (expression is not None) == (name == "evaluate")


def test_a_job_has_so_much_time() -> None:
    """It is known when that ran out."""
    error, text, is_late, _ = done("evaluate", "$ [x for x in range(999999)]", {}, seconds=0)
    assert error
    assert "takes too long" in text
    assert is_late


def test_errors_tell_no_addresses_and_not_too_much() -> None:
    """Of values that they are about."""
    _, text, *_ = done("load_yaml", "a: [" + "x" * 20_000)
    assert len(text) <= 10_000
    _, shown, *_ = done("schema_problem", {"type": "x"})
    assert " at 0x" not in str(shown)

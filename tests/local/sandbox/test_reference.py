"""The evaluator against simpleeval, whose language it speaks."""

from __future__ import annotations

from typing import Any

import simpleeval  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs] - it ships no annotations
from hypothesis import given, settings
from hypothesis import strategies as st

from julep.local.sandbox.expressions import EvaluateError, evaluate

_reference: Any = simpleeval
NAMES = {"a": 3, "b": [1, 2, 5], "c": {"k": "v", "n": {"m": 2}}, "d": "word", "e": None}
_FUNCTIONS = {"len": len, "str": str, "sum": sum, "max": max, "min": min, "abs": abs, "int": int}

_atoms = st.sampled_from(
    ["a", "b", "c", "d", "e", "1", "2.5", "'x'", "True", "None", "b[0]", "c.k", "c['n'].m", "zz"]
)
_operators = st.sampled_from(
    [
        *[
            "+",
            "-",
            "*",
            "/",
            "//",
            "%",
            "**",
            "<",
            "<=",
            "==",
            "!=",
            "in",
            "is",
            "&",
            "|",
            "^",
            "<<",
            ">>",
            "and",
            "or",
        ],
        "not in",
        "is not",
    ]
)


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.tuples(inner, _operators, inner).map(lambda it: f"({it[0]} {it[1]} {it[2]})"),
        st.tuples(st.sampled_from(["not ", "-", "+", "~"]), inner).map(
            lambda it: f"({''.join(it)})"
        ),
        st.tuples(inner, inner, inner).map(lambda it: f"({it[0]} if {it[1]} else {it[2]})"),
        st.lists(inner, max_size=3).map(lambda it: f"[{', '.join(it)}]"),
        st.tuples(inner, inner).map(lambda it: f"({it[0]}, {it[1]})"),
        st.tuples(inner, inner).map(lambda it: f"{{'p': {it[0]}, {it[1]}: 1}}"),
        st.tuples(inner, inner).map(lambda it: f"[x for x in {it[0]} if {it[1]}]"),
        st.tuples(inner, inner).map(lambda it: f"[(x, y) for x in {it[0]} for y in {it[1]}]"),
        st.tuples(inner, inner).map(lambda it: f"{it[0]}[{it[1]}]"),
        st.tuples(inner, inner).map(lambda it: f"{it[0]}[:{it[1]}]"),
        inner.map(lambda it: f"f'<{{{it}}}>'" if "'" not in it else it),
        st.tuples(st.sampled_from(sorted(_FUNCTIONS)), inner).map(lambda it: f"{it[0]}({it[1]})"),
        inner.map(lambda it: f"{it}.upper()"),
        inner.map(lambda it: f"{it}.n"),
    )


def _outcome(evaluated: Any) -> str:
    return f"{type(evaluated).__name__} {evaluated!r}"


def _expected(code: str) -> str:
    evaluator = _reference.EvalWithCompoundTypes(names=dict(NAMES), functions=dict(_FUNCTIONS))
    try:
        return _outcome(evaluator.eval(code))
    except Exception as error:  # noqa: BLE001 - every error it gives is compared
        return f"error {getattr(error, 'message', error)}"


def _got(code: str) -> str:
    try:
        return _outcome(evaluate(f"$ {code}", NAMES))
    except EvaluateError as error:
        return f"error {str(error).partition(chr(10))[0]}"


# The reference states its own limits clumsily: "'>' not supported" is how it refuses `[] * []`.
_LIMITS = (
    "Sorry! I don't want",
    "Sorry, I will not",
    "Sorry! That number",
    "Exceeds the limit",
    "can't multiply sequence",
    "unsupported operand type(s) for *",
)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.recursive(_atoms, _grown, max_leaves=8))
def test_expressions_give_what_simpleeval_gives(code: str) -> None:
    """Values, their types and the wording of errors are the reference's."""
    expected, got = _expected(code), _got(code)
    if not any(limit in text for limit in _LIMITS for text in (expected, got)):
        assert got == expected

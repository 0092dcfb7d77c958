"""Expressions that are evaluated where they are, without a worker.

They look values up, compare and add them, and call nothing: what that may take is known before. It is
the evaluator of all expressions that does it; what it can't do within a small budget is left to a worker.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Mapping
from functools import lru_cache

from . import transfer
from .budget import Budget, InvalidExpression, LimitExceeded, spending
from .expressions import EvaluateError, evaluate, is_plain, parse, rewritten
from .syntax import may_warn
from .values import weigh

_SIMPLE = (
    *(ast.Name, ast.Attribute, ast.Subscript, ast.Constant, ast.Load),
    *(ast.Compare, ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Is, ast.IsNot),
    *(ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.USub, ast.IfExp),
    *(ast.BinOp, ast.Add, ast.Sub),
)
_LONGEST = 500  # characters of a text
_MOST_WRITTEN = 5_000  # characters of all: Python's parser takes up to 5 µs for each
_SECONDS = 0.01  # the usual takes a hundredth of it
_BYTES = 500_000  # that are built, compared or given: to walk through them takes 0.01 s


class NotSimple(Exception):
    """An expression that a worker has to evaluate, or to say what is wrong with it."""


def evaluate_simple(
    value: object, texts: Collection[str], names: Mapping[str, Callable[[], object]]
) -> object:
    """Return a value with the strings in it evaluated, as a worker would.

    Args:
        value: What holds the strings.
        texts: The strings in it.
        names: What makes the values that they may mention.

    Raises:
        NotSimple: One of them does more than that or fails, or they or their values are too big.
    """
    if sum(map(len, texts)) > _MOST_WRITTEN:
        raise NotSimple
    found = {name for text in texts for name in _mentioned(text)}
    if not found <= names.keys():
        raise NotSimple
    try:
        with spending(Budget(_SECONDS, _BYTES)):
            result = evaluate(value, {name: names[name]() for name in found})
        weigh(result, most=_BYTES)
    except (EvaluateError, LimitExceeded):
        raise NotSimple from None
    # A copy, as if it had come from a worker: nothing that goes on changing may be part of it.
    return transfer.load(transfer.dump(result))


def _mentioned(text: str) -> frozenset[str]:
    if len(text) > _LONGEST or (found := _names_of(text)) is None:
        raise NotSimple
    return found


@lru_cache(maxsize=1024)
def _names_of(text: str) -> frozenset[str] | None:
    text = rewritten(text)
    if is_plain(text):
        return frozenset()
    if not text.startswith("$ ") or may_warn(text):
        return None
    try:
        nodes = list(ast.walk(parse(text[2:].strip())))
    except (InvalidExpression, SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if not all(isinstance(node, _SIMPLE) for node in nodes):
        return None
    return frozenset(node.id for node in nodes if isinstance(node, ast.Name))

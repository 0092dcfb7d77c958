"""The expression language: what a task's strings mean."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from difflib import SequenceMatcher

from .attributes import Function, uncalled_methods
from .budget import InvalidExpression, spending
from .evaluator import Evaluator
from .syntax import parse_module
from .values import is_dict, is_list, method_hint

_MAX_CODE = 100_000  # characters: Python's own parser takes a third of a second for so many
_MAX_FIELDS = 10_000  # braces in a text, each of which may begin an expression
_NEEDS_PARSING = frozenset("{}\\")
_SIMILAR = 0.8  # how alike a name must be to be suggested: one wrong letter in five
_NOTHING = "Sorry, cannot evaluate empty string"


class EvaluateError(Exception):
    """An expression of a step failed; the text is what the execution's error says.

    Attributes:
        expression: The expression as the task has it, where it is known which one failed.
    """

    expression: str | None = None


def evaluate(value: object, names: Mapping[str, object]) -> object:
    """Return a value with every string in it evaluated, however deep in lists and dicts.

    Raises:
        EvaluateError: A string is not a valid expression, fails, or takes too much.
    """
    if not value and isinstance(value, dict | list):
        raise AssertionError("exprs must be a non-empty string, PyExpression, list or dict")
    with spending():
        return _evaluated(value, names)


def evaluate_code(code: str, names: Mapping[str, object]) -> object:
    """Return the value of a Python expression, given with or without `$ ` before it.

    Raises:
        EvaluateError: As for `evaluate`.
    """
    with spending():
        return _run(code, code.strip().removeprefix("$ ").strip(), names)


def rewritten(text: str) -> str:
    """Return a string in today's form: older ways of marking code become `$ ` code.

    Servers of 2025 do the same (tests/data/workflow_cases/late_25_old_syntax).
    """
    text = text.strip()
    if text.startswith("$ "):
        return text
    if "{{" in text:
        return "$ f'''" + text.replace("{{", "{").replace("}}", "}") + "'''"
    return f"$ {text}" if code_mark(text) else text


def has_code(value: object) -> bool:
    """Tell whether evaluating a value is more than copying it."""
    if isinstance(value, str):
        return not is_plain(rewritten(value))
    if is_list(value):
        return any(map(has_code, value))
    return is_dict(value) and any(map(has_code, value.values()))


def is_plain(text: str) -> bool:
    """Tell whether a string in today's form is text, and nothing in it is code."""
    marked = text.startswith("$ ") or text.endswith("'") or "'''" in text
    return not marked and not _NEEDS_PARSING.intersection(text)


def code_mark(text: str) -> str | None:
    """Say what of a text without `$ ` makes it an expression, or return `None` if nothing does."""
    text = text.strip()
    if "{{" in text:
        return None
    for name in ("outputs[", "inputs["):
        if name in text:
            return f"contains `{name}`"
    if text == "_" or text.startswith("_."):
        return "begins with `_`"
    if text.endswith("]") and text.startswith(("[", "_[")):
        return "begins and ends like a list or an item"
    return None


def _evaluated(value: object, names: Mapping[str, object]) -> object:
    if isinstance(value, str):
        return _evaluate_text(value, names)
    if is_list(value):
        return [_evaluated(item, names) for item in value]
    if is_dict(value):
        return {key: _evaluated(item, names) for key, item in value.items()}
    return value


def _evaluate_text(text: str, names: Mapping[str, object]) -> object:
    today = rewritten(text)
    if today.startswith("$ "):
        return _run(text, today[2:].strip(), names)
    if is_plain(today):
        return today
    return _run(text, f"f'''{today}'''", names)


def _run(written: str, source: str, names: Mapping[str, object]) -> object:
    try:
        return _value(source, names)
    except EvaluateError as error:
        error.expression = written
        raise


def _value(source: str, names: Mapping[str, object]) -> object:
    try:
        return Evaluator(source, names).evaluate(parse(source))
    except EvaluateError:
        raise
    except RecursionError:
        raise EvaluateError("The expression is nested too deeply") from None
    except MemoryError:
        raise EvaluateError("The expression needs too much memory") from None
    except Exception as error:
        raise EvaluateError(str(error) + _hints(str(error), source, names)) from error


def parse(source: str) -> ast.AST:
    """Return the syntax tree of a Python expression; of several statements, the first one's.

    Raises:
        InvalidExpression: There is none, or too much of it.
        SyntaxError: It is not Python.
    """
    is_text = source.startswith("f'''")
    if len(source) > _MAX_CODE and not (is_text and source.count("{") < _MAX_FIELDS):
        raise InvalidExpression(f"Code longer than {_MAX_CODE} characters is not evaluated")
    if not source.strip():
        raise InvalidExpression(_NOTHING)
    statements = parse_module(source.strip()).body
    if not statements:
        raise InvalidExpression(_NOTHING)  # it was a comment
    statement = statements[0]
    if isinstance(statement, ast.Import | ast.ImportFrom):
        raise InvalidExpression("Sorry, 'import' is not allowed.")
    if isinstance(statement, ast.Expr | ast.Assign | ast.AugAssign):
        return statement.value
    return statement


def _hints(message: str, source: str, names: Mapping[str, object]) -> str:
    if Function.__name__ in message and "is not defined" not in message:
        return "".join(f": {method_hint(node.attr)}" for node in uncalled_methods(parse(source)))
    if "does not exist" not in message and "is not defined" not in message:
        return ""
    wrong = message.split("'")[1]
    return "".join(
        f"\nDid you mean '{name}' instead of '{wrong}'?"
        for name in names
        if SequenceMatcher(None, name, wrong).ratio() >= _SIMILAR
    )

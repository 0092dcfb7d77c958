"""Texts and expressions that servers read otherwise than they were meant, and what to write instead."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from typing import Literal, TypeAlias, TypedDict

from julep.local.sandbox.attributes import uncalled_methods
from julep.local.sandbox.expressions import code_mark
from julep.local.sandbox.values import method_hint

from .text_as_code import FLOW_STYLE, how_to_write

Severity: TypeAlias = Literal["warning", "error"]
_CUT_OFF = ("was never closed", "unterminated")  # what Python says of half an expression


class Found(TypedDict):
    """What is wrong with a text or an expression, wherever it stands."""

    type: str
    message: str
    severity: Severity


def syntax_error(text: str, error: Exception, names: Collection[str], *, strict: bool) -> Found:
    """Return what is wrong with a text that can't be parsed.

    Args:
        text: The text, as it was written.
        error: Why not.
        names: What placeholders in it may mention.
        strict: Whether it is an error also as plain text, which may be meant as it is, and fails
            only if its step is reached.
    """
    why = str(getattr(error, "msg", error))
    message = f"Syntax error in the expression: {why}"
    severity: Severity = "error"
    if text.strip().startswith("$ "):
        more = FLOW_STYLE if any(map(why.__contains__, _CUT_OFF)) else ""
    elif mark := code_mark(text):
        more = _read_as_code(text, mark, names)
    else:
        more = how_to_quote(text, names)
        severity = "error" if strict or "{{" in text else "warning"
    if more:
        message += f" {more}" if message.endswith("?") else f". {more}"
    return {"type": "syntax_error", "message": message, "severity": severity}


def how_to_quote(text: str, names: Collection[str]) -> str:
    """Say what plain text is to servers, and how to write one that it can't hold."""
    return (
        "Servers read plain text as a Python f-string in three single quotes: braces hold "
        f"expressions, and it can't end in a single quote. {how_to_write(text, names)}"
    )


def misread(text: str, tree: ast.AST, names: Collection[str]) -> Iterator[Found]:
    """Yield warnings about a text that can be parsed."""
    for method in uncalled_methods(tree):
        message = method_hint(method.attr)
        yield {"type": "uncalled_method", "message": message, "severity": "warning"}
    if text.strip().startswith("$ "):
        return
    if (mark := code_mark(text)) and any(isinstance(node, ast.Set) for node in ast.walk(tree)):
        message = f"Braces make a set here. {_read_as_code(text, mark, names)}"
        yield {"type": "text_as_code", "message": message, "severity": "warning"}
    fixed = [*_fixed(tree)]
    how = how_to_quote(text, names) if fixed else ""
    for shown in fixed:
        message = f"{{{shown}…}} is filled in with {shown} alone. {how}"
        yield {"type": "literal_in_braces", "message": message, "severity": "warning"}


def _read_as_code(text: str, mark: str, names: Collection[str]) -> str:
    return f"The text {mark}, so it is read as an expression. {how_to_write(text, names)}"


def _fixed(tree: ast.AST) -> Iterator[str]:
    """Yield what is filled in as it stands there; `{'{'}` is a way to write a brace."""
    for node in tree.values if isinstance(tree, ast.JoinedStr) else ():
        if isinstance(node, ast.FormattedValue) and not _is_brace(node.value):
            parts = ast.walk(node.value)
            if not any(isinstance(part, ast.Name | ast.Call) for part in parts):
                yield ast.unparse(node.value)


def _is_brace(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value in ("{", "}")

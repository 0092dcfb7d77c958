"""Python 3.12's grammar on every host: its f-strings, and nothing that newer ones add."""

from __future__ import annotations

import ast
import re
import sys
import warnings

from .fstrings import FStrings, has_fstrings

_GRAMMAR = (3, 12)
_IS_OLD = sys.version_info < _GRAMMAR
# Python warns about unknown escapes, and about numbers that run into words.
_WARNED = re.compile(r"\\|\d[A-Za-z]")


def parse_module(source: str) -> ast.Module:
    """Return the syntax tree of Python code.

    Raises:
        SyntaxError: It is not Python 3.12.
    """
    if _IS_OLD and has_fstrings(source):
        return FStrings(source, _parse).module()
    return _parse(source)


def may_warn(source: str) -> bool:
    """Tell whether Python may warn about code, which takes a change to the whole process to silence."""
    return _WARNED.search(source) is not None


def _parse(source: str) -> ast.Module:
    if not may_warn(source):
        return ast.parse(source, feature_version=_GRAMMAR)
    # Whether warnings are shown is the program's choice, not ours.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(source, feature_version=_GRAMMAR)

"""What `${name}` and `${env:NAME}` stand for in the values of a task."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias, cast

from julep.types._json import is_array, is_object
from julep.types._plain import to_plain

from .document import Document, Path

Report: TypeAlias = Callable[[Path, str, str], None]
"""Takes the path of a variable that can't be filled in, what is wrong and what to do."""

_VARIABLE: Final = re.compile(r"\$\$\{|\$\{(?P<name>[^{}]+)\}")
# What is not a name, such as `${_.price:.2f}`, is an amount in dollars with an expression for it.
_NAME: Final = re.compile(r"env:.*|[A-Za-z]\w*|_\w+")
_ENVIRONMENT: Final = "env:"


class Variables:
    """Values by name.

    Args:
        given: The values. One that stands alone keeps its type; within text it becomes text.
        report: Is called with each variable without a value.

    Raises:
        TypeError: It is no mapping, or a value can't be sent as JSON.
    """

    def __init__(self, given: Mapping[str, Any], report: Report) -> None:
        if not isinstance(cast("object", given), Mapping):
            kind = type(given).__name__
            raise TypeError(f"variables must be a mapping, such as a dict, not {kind}")
        self._given: dict[str, Any] = to_plain(given, "variables")
        self._report = report

    def fill(self, document: Document) -> None:
        """Put the values into a document, and into no key of it."""
        document.value = self._filled(document.value, ())

    def _filled(self, value: Any, path: Path) -> Any:
        if is_object(value):
            return {key: self._filled(item, (*path, key)) for key, item in value.items()}
        if is_array(value):
            return [self._filled(item, (*path, at)) for at, item in enumerate(value)]
        return self._text(value, path) if isinstance(value, str) else value

    def _text(self, text: str, path: Path) -> Any:
        alone = _VARIABLE.fullmatch(text)
        if alone:
            return self._value(alone, path)
        return _VARIABLE.sub(lambda match: str(self._value(match, path)), text)

    def _value(self, match: re.Match[str], path: Path) -> Any:
        name: str | None = match["name"]
        if name is None:
            return "${"
        source = os.environ if name.startswith(_ENVIRONMENT) else self._given
        key = name.removeprefix(_ENVIRONMENT)
        if key in source:
            return source[key]
        if not _NAME.fullmatch(name):
            return match[0]
        instead = f"set {key}" if source is os.environ else f"pass variables={{{key!r}: …}}"
        self._report(
            path, f"${{{name}}} has no value", f"{instead}, or write $${{ for a literal ${{"
        )
        return ""

"""Texts in a file that look like somebody's key or password."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from julep.types._json import is_array, is_object

from .document import Path

HINT: Final = (
    "keep it on the server with client.secrets.create and write $ secrets.NAME in the task's tool, "
    "or take it from the environment with ${env:NAME}"
)
_NAME: Final = re.compile(
    r"(?i)(?:^|[_-]|[a-z](?=[A-Z]))"
    r"(?:api[_-]?key|access[_-]?key|private[_-]?key|token|secret|password|passwd|authorization)$"
)
_CREDENTIAL: Final = re.compile(
    r"\b(?:sk-[\w-]{16,}|gh[pousr]_\w{20,}|github_pat_\w{20,}|AKIA[0-9A-Z]{16}|AIza[\w-]{30,}"
    r"|xox[abprs]-[\w-]{10,}|eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]+)|-----BEGIN [A-Z ]*PRIVATE KEY"
)
_LEAST: Final = 6
"""Characters of a password; shorter values are words such as `none`."""
_FILLED: Final = re.compile(
    r"[{}<>…]|\.\.\.|^\s*(?:\$|_)|\s\S+\s|^[A-Z_]+$|(?i:your|example|placeholder|xxx)"
)
"""What is an expression, a variable, a placeholder or a sentence, and no secret itself."""


def credentials(value: Any, path: Path = ()) -> Iterator[Path]:
    """Yield the paths of texts that look like secrets."""
    if is_object(value):
        for key, item in value.items():
            yield from credentials(item, (*path, key))
    elif is_array(value):
        for index, item in enumerate(value):
            yield from credentials(item, (*path, index))
    elif isinstance(value, str) and (_CREDENTIAL.search(value) or _is_named_so(value, path)):
        yield path


def _is_named_so(text: str, path: Path) -> bool:
    name = next((part for part in reversed(path) if isinstance(part, str)), "")
    return bool(_NAME.search(name)) and len(text) >= _LEAST and not _FILLED.search(text)

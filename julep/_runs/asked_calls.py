"""The calls of functions that a wait asks for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from julep.types._json import is_array, is_object


def asked_calls(output: Any) -> list[Any]:
    """Return what a wait asks for, one by one: a prompt's wait may ask for several calls."""
    return list(output) if is_array(output) else [output]


def asked_functions(output: Any) -> list[str]:
    """Return the names of the functions that a wait asks for; none if it asks something else."""
    names = [_name(one) for one in asked_calls(output)]
    return list(dict.fromkeys(name for name in names if name is not None))


def lacks_functions(names: Sequence[str]) -> str:
    """Say what an execution waits for, where nobody calls these functions."""
    word = "function" if len(names) == 1 else "functions"
    return f"it waits for the {word} {', '.join(names)}"


def _name(asked: Any) -> str | None:
    function = asked.get("function") if is_object(asked) else None
    if not is_object(function) or asked.get("type", "function") != "function":
        return None
    name = function.get("name")
    return name if isinstance(name, str) and "arguments" in function else None

"""Inputs, looked at before they are sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from julep.errors import InputMismatch
from julep.types._plain import to_plain
from julep.types.tasks import Task

from .document import written
from .server_checks import problems_of_input


def check_input(task: object, input: Mapping[str, Any]) -> None:
    """Hold an input against the schema of its task, where the task is given in full.

    Raises:
        InputMismatch: It does not fit.
        TypeError: It can't be sent as JSON.
    """
    if not isinstance(task, Task) or not task.input_schema or not isinstance(input, Mapping):
        return
    faults = [*problems_of_input(to_plain(task.input_schema), to_plain(input, "input"))]
    if faults:
        told = (f"{written(('input', *path))}: {message}" for path, message in faults)
        message = f"the task's input_schema refuses {'; '.join(told)}"
        error = InputMismatch(400, message=message, code="input_mismatch")
        error.path = written(tuple(faults[0][0]))
        raise error

"""What an execution waits for, and how it is given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from julep._codec import encode, to_plain
from julep._request import Request
from julep._tools.invocation import Invocation
from julep._tools.toolbox import Toolbox
from julep.types._json import as_object, is_array, is_object
from julep.types.common import ResourceUpdated
from julep.types.executions import Transition
from julep.types.turns import Call

from .asked_calls import asked_calls, asked_functions, lacks_functions
from .requests import changing, resuming_by_token


def open_waits(transitions: Sequence[Transition]) -> list[Transition]:
    """Return the waits without an answer, oldest first.

    Self-hosted servers show no tokens, and let only what an execution did last be answered.
    """
    last = {_place(one): one for one in transitions}
    waits = [one for one in transitions if one.type == "wait" and last[_place(one)] is one]
    return waits if waits and _token(waits[-1]) is not None else waits[-1:]


def resumption(
    execution_id: str, wait: Transition, input: Mapping[str, Any]
) -> Request[ResourceUpdated]:
    """Return the request that answers a wait: that one alone, where its token is known."""
    if (token := _token(wait)) is not None:
        return resuming_by_token(token, input)
    return changing(execution_id, "running", input=input)


def invocations(output: Any, box: Toolbox) -> list[Invocation]:
    """Return the calls that a wait asks for, if functions are there for all of them."""
    asked = asked_calls(output)
    found = [_invocation(one, box) for one in asked]
    made = [one for one in found if one is not None]
    return made if len(made) == len(asked) else []


def missing_functions(output: Any, box: Toolbox) -> str:
    """Say which functions a wait asks for that are neither there nor the caller's; empty if none is."""
    known = box.functions.keys() | box.others
    missing = [name for name in asked_functions(output) if name not in known]
    if not missing:
        return ""
    return (
        f"{lacks_functions(missing)}: pass tools=[{', '.join(missing)}], "
        f'or tools=[{{"name": "{missing[0]}"}}] to have `answer` called instead'
    )


def input_of(output: Any, made: Sequence[Invocation]) -> Mapping[str, Any]:
    """Return the results of calls in the form that the wait takes: by call where it is a list."""
    results = [_result_of(one) for one in made]
    if is_array(output):
        return {str(one.call.id): it for one, it in zip(made, results, strict=True)}
    only = results[0]
    return only if is_object(only) else {"result": only}


def _invocation(asked: Any, box: Toolbox) -> Invocation | None:
    function = asked.get("function") if is_object(asked) else None
    name = function.get("name") if is_object(function) else None
    if not is_object(function) or name not in box.functions:
        return None
    arguments = function.get("arguments")
    text = arguments if isinstance(arguments, str) else encode(arguments or {}).decode()
    shown = arguments if is_object(arguments) else {}
    call_id: Any = as_object(asked).get("id")
    return box.invocation(Call(name=str(name), arguments=shown, id=call_id), text)


def _result_of(invocation: Invocation) -> Any:
    call = invocation.call
    if call.state != "done":
        return {"error": call.error}
    return to_plain(call.result, "the result", nulls=False)


def _token(wait: Transition) -> str | None:
    token = (wait.metadata or {}).get("task_token")
    return token if isinstance(token, str) and token else None


def _place(transition: Transition) -> tuple[object, ...]:
    at = transition.current
    return () if at is None else (at.workflow, at.step, at.scope_id)

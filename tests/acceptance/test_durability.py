"""Killed again and again, a server goes on where it was, and does nothing twice."""

from __future__ import annotations

import json
from collections import Counter
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from julep import Julep, NotFoundError
from julep.types import Execution
from julep.types.executions import FINAL_STATUSES

from .gate import open_gate
from .process import serving


class Workflow(NamedTuple):
    """A task that calls outside.

    Attributes:
        main: its steps; `URL` is where they call.
        held: how many calls are out at once, before each kill.
        output: what it gives in the end.
    """

    main: list[Any]
    held: list[int]
    output: Any


def _call(key: str) -> dict[str, Any]:
    return {
        "tool": "call",
        "arguments": {"url": f"$ '{{URL}}/{key}' + (str(_) if _ in (1, 2) else '')"},
    }


KEY_OF: Final = {"evaluate": {"key": "$ _.json.key"}}
KEYS_OF: Final = {"evaluate": {"keys": "$ [one.json.key for one in _]"}}
WORKFLOWS: Final = {
    "a series": Workflow(
        [_call("first"), _call("second"), _call("third"), KEY_OF], [1, 1, 1], {"key": "third"}
    ),
    "models": Workflow(
        [
            {"prompt": "tell", "unwrap": True},
            {"prompt": "{_} again", "unwrap": True},
            {"evaluate": {"said": "$ _"}},
        ],
        [1, 1],
        {"said": "TELL AGAIN"},
    ),
    "foreach": Workflow(
        [{"foreach": {"in": "$ [1, 2]", "do": _call("each")}}, KEYS_OF],
        [1, 1],
        {"keys": ["each1", "each2"]},
    ),
    "a map": Workflow(
        [
            {"over": "$ [1, 2]", "map": _call("map")},
            {"set": {"mapped": "$ _"}},
            _call("after"),
            KEY_OF,
        ],
        [2, 1],
        {"key": "after"},
    ),
    "parallel": Workflow(
        [{"parallel": [_call("left"), _call("right")]}, KEYS_OF], [2], {"keys": ["left", "right"]}
    ),
    "a branch": Workflow([{"if": "$ True", "then": _call("then")}, KEY_OF], [1], {"key": "then"}),
    "a sub-workflow": Workflow(
        [{"workflow": "sub", "arguments": "_"}, _call("main"), KEY_OF], [1, 1], {"key": "main"}
    ),
    "a sleep": Workflow(
        [_call("before"), {"sleep": {"seconds": 1}}, _call("woken"), KEY_OF],
        [1, 1],
        {"key": "woken"},
    ),
}
SUB: Final = [_call("below"), {"return": {"key": "$ _.json.key"}}]


@pytest.mark.slow
def test_no_finished_step_runs_again(tmp_path: Path) -> None:
    """Killed in the middle of every call, each workflow makes that one again and no other."""
    rounds = max(len(workflow.held) for workflow in WORKFLOWS.values())
    with open_gate() as (gate, url):
        server = partial(serving, tmp_path / "db", "--no-strict", OPENAI_BASE_URL=f"{url}/v1")
        started: dict[str, Execution] = {}
        for number in range(rounds):
            with server() as client:
                started = started or {name: _start(client, name, url) for name in WORKFLOWS}
                gate.wait_for_held(
                    sum(sum(one.held[number : number + 1]) for one in WORKFLOWS.values())
                )
                # What is answered is not yet written: whoever calls no more may still be at it.
                for name, workflow in WORKFLOWS.items():
                    if len(workflow.held) <= number:
                        _ended(client, started[name])
        with server() as client:
            outputs = {name: _ended(client, started[name]).output for name in WORKFLOWS}
    assert outputs == {name: workflow.output for name, workflow in WORKFLOWS.items()}
    # Once in the process that was killed, and once in the next one.
    assert set(gate.calls.values()) == {2}
    assert len(gate.calls) == sum(sum(workflow.held) for workflow in WORKFLOWS.values())


def _start(client: Julep, name: str, url: str) -> Execution:
    agent = client.agents.create(name="Ada")
    tool = {"name": "call", "type": "api_call", "api_call": {"method": "GET", "url": url}}
    main = _with(url, WORKFLOWS[name].main)
    task = client.tasks.create(agent, name=name, main=main, sub=_with(url, SUB), tools=[tool])
    return client.executions.create(task, input={})


def _with(url: str, value: Any) -> Any:
    return json.loads(json.dumps(value).replace("{URL}", url))


def _ended(client: Julep, execution: Execution) -> Execution:
    """The execution when it has ended well, its transitions listed once each."""
    streamed = list(client.executions.transitions.stream(execution))
    listed = client.executions.transitions.list(execution, direction="asc").to_list()
    assert [one.id for one in listed] == [one.id for one in streamed]
    places = Counter(f"{one.type} {one.current} {one.next}" for one in listed)
    assert [place for place, count in places.items() if count > 1] == []
    ended = client.executions.get(execution)
    assert ended.status == "succeeded", ended.output
    return ended


STEPS: Final = 40
MANY: Final[list[Any]] = [
    *[{"evaluate": {"n": "$ _.n + 1"}}] * STEPS,
    {"over": "$ range(5)", "map": {"evaluate": {"i": "$ _"}}},
    {"foreach": {"in": "$ _", "do": {"set": {"last": "$ _.i"}}}},
    {"evaluate": {"n": f"$ outputs[{STEPS - 1}].n", "last": "$ state.last"}},
]
KILLED_AFTER: Final = (1, 9, 23, 38)
"""Transitions of the newest execution."""


@pytest.mark.slow
def test_executions_go_on_wherever_they_were(tmp_path: Path) -> None:
    """Whatever a server had said yes to is there and ends, after kills at any moment."""
    started: list[Execution] = []
    with serving(tmp_path / "db") as client:
        task = client.tasks.create(client.agents.create(name="Ada"), name="Count", main=MANY)
    for count in KILLED_AFTER:
        with serving(tmp_path / "db") as client:
            started += [client.executions.create(task, input={"n": n}) for n in range(3)]
            list(islice(client.executions.transitions.stream(started[-1]), count))
            started.append(client.executions.create(task, input={"n": 3}))
    with serving(tmp_path / "db") as client:
        for number, execution in enumerate(started):
            output = {"n": number % 4 + STEPS, "last": 4}
            assert _ended(client, execution).output == output
        listed = [one.id for one in client.executions.list(task, direction="asc")]
    assert listed == [one.id for one in started]


WAIT: Final[list[Any]] = [
    {"wait_for_input": {"info": {"q": "$ _.q"}}},
    {"wait_for_input": {"info": {"more": "$ _.a"}}},
    {"evaluate": {"both": "$ [one.a for one in [outputs[0], _]]"}},
]


@pytest.mark.slow
def test_waits_still_wait(tmp_path: Path) -> None:
    """A wait keeps its token and its place, and an answer that was taken is never lost."""
    database = tmp_path / "db"
    with serving(database) as client:
        task = client.tasks.create(client.agents.create(name="Ada"), name="Ask", main=WAIT)
        execution = client.executions.create(task, input={"q": "?"})
        asked = _waiting(client, execution, 2)
    with serving(database) as client:
        assert _waiting(client, execution, 2) == asked
        client.executions.resume_with_task_token(task_token=asked, input={"a": 1})
    with serving(database) as client:
        asked_again = _waiting(client, execution, 4)
        with pytest.raises(NotFoundError):
            client.executions.resume_with_task_token(task_token=asked, input={"a": 0})
        client.executions.resume(execution, input={"a": 2})
    with serving(database) as client:
        assert _ended(client, execution).output == {"both": [1, 2]}
    assert asked_again != asked


def _waiting(client: Julep, execution: Execution, transitions: int) -> str:
    """The token of an execution that waits, behind so many transitions."""
    while (now := client.executions.get(execution)).status != "awaiting_input":
        assert now.status not in FINAL_STATUSES, now.output
    assert len(client.executions.transitions.list(execution).to_list()) == transitions
    assert now.task_token
    return now.task_token

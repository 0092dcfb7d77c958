"""Cases recorded from the real engine: same task, same world, same history."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from julep.local.json_types import JsonValue
from julep.local.sandbox.values import is_list, is_object
from tests.local.workflow.driver import go_on, story
from tests.local.workflow.fakes import ScriptedWorld

_CASES = sorted((Path(__file__).parents[2] / "data" / "workflow_cases").glob("*.yaml"))
_ANY = "<any>"


def _load(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def _matches(expected: JsonValue, got: JsonValue) -> bool:
    if expected == _ANY:
        return True
    if is_object(expected) and is_object(got):
        return expected.keys() == got.keys() and all(
            _matches(value, got[key]) for key, value in expected.items()
        )
    if is_list(expected) and is_list(got):
        return len(expected) == len(got) and all(map(_matches, expected, got))
    return type(expected) is type(got) and bool(expected == got)


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
@pytest.mark.parametrize("path", _CASES, ids=lambda path: path.stem)
def test_history_and_result_are_those_of_the_real_engine(path: Path, backend: str) -> None:
    """A task leaves the transitions, the result and the model calls that were recorded."""
    case = _load(path)
    world = ScriptedWorld(case.get("llm_replies", ()))
    told = story(
        case["task"],
        case["input"],
        resumes=case.get("resume_inputs", ()),
        world=world,
        agent=case["agent"],
    )
    go_on(told, backend)
    expected = case["expected"]
    assert (told.view.status, told.view.error) == (expected["status"], expected["error"])
    assert _matches(expected["output"], told.output)
    shown = told.shown()
    for want, got in zip(expected["transitions"], shown, strict=True):
        assert _matches(want, got), (want, got)
    asked = [[dict(message) for message in each.messages] for each in world.model_requests]
    assert asked == expected.get("llm_messages", [])
    assert told.log.views[told.execution_id] == told.view

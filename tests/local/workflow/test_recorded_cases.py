"""Cases recorded from the real engine: same task, same world, same history."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from julep.local.workflow import validate
from tests.local.workflow.driver import go_on, matches, story
from tests.local.workflow.fakes import ScriptedEffects, completion

_REPAIRED = {"real25_21_error_last"}
# Needs a server, and is tested on one.
_OUTSIDE = {"system", "api_call"}


def _load(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def _is_inside(path: Path) -> bool:
    kinds = {tool["type"] for tool in _load(path)["task"].get("tools", ())}
    return not kinds & _OUTSIDE and path.stem not in _REPAIRED


_FOLDER = Path(__file__).parents[2] / "data" / "workflow_cases"
_CASES = [path for path in sorted(_FOLDER.glob("*.yaml")) if _is_inside(path)]


def _reply(scripted: Any) -> Any:
    if isinstance(scripted, str):
        return scripted
    return completion(None, calls=scripted["tool_calls"])


def _is_refused(case: Any) -> bool:
    """Tells whether a case that fails is refused before it runs."""
    issues = validate(case["task"], strict=True)
    return case["expected"]["status"] == "failed" and any(
        issue.severity == "error" for issue in issues
    )


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
@pytest.mark.parametrize("path", _CASES, ids=lambda path: path.stem)
def test_history_and_result_are_those_of_the_real_engine(path: Path, backend: str) -> None:
    """A task leaves the transitions, the result and the model calls that were recorded."""
    case = _load(path)
    if _is_refused(case):
        return
    effects = ScriptedEffects([_reply(each) for each in case.get("llm_replies", ())])
    told = story(
        case["task"],
        case["input"],
        resumes=case.get("resume_inputs", ()),
        effects=effects,
        agent=case["agent"],
    )
    go_on(told, backend)
    expected = case["expected"]
    assert (told.view.status, told.view.error) == (expected["status"], expected["error"])
    assert matches(expected["output"], told.output)
    shown = told.shown()
    for want, got in zip(expected["transitions"], shown, strict=True):
        assert matches(want, got), (want, got)
    asked = [[dict(message) for message in each.messages] for each in effects.model_requests]
    assert asked == expected.get("llm_messages", [])
    assert told.log.views[told.execution_id] == told.view

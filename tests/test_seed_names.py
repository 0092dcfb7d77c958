"""The names that documents of 2024 use."""

from __future__ import annotations

import json
from typing import Any

import pytest

from julep._codec import encode
from julep.types import seed


def test_all_names_of_2024_are_there() -> None:
    """The 344 names are importable, sorted, and each stands for something."""
    assert len(seed.__all__) == 344
    assert sorted(seed.__all__) == seed.__all__
    assert all(getattr(seed, name) is not None for name in seed.__all__)


@pytest.mark.parametrize(
    ("model", "wire"),
    [
        (
            seed.ExecutionsUpdateExecutionRequest_Cancelled(reason="x"),
            {"status": "cancelled", "reason": "x"},
        ),
        (
            seed.ExecutionsUpdateExecutionRequest_Running(input={"a": 1}),
            {"status": "running", "input": {"a": 1}},
        ),
        (seed.EntriesInputChatMlMessageContentItem_Text(text="hi"), {"type": "text", "text": "hi"}),
        (
            seed.EntriesInputChatMlMessageContentItem_ImageUrl(
                image_url=seed.EntriesImageUrl(url="u")
            ),
            {"type": "image_url", "image_url": {"url": "u", "detail": "auto"}},
        ),
        (
            seed.ToolsNamedToolChoice_Function(function=seed.ToolsFunctionCallOption(name="f")),
            {"type": "function", "function": {"name": "f"}},
        ),
        (
            seed.ToolsTool_Function(id="1", name="t", function=seed.ToolsFunctionDef()),
            {"id": "1", "name": "t", "type": "function", "function": {}},
        ),
        (
            seed.TasksCreateTaskRequestMainItem_IfElse(
                if_="1", then=seed.TasksIfElseWorkflowStepThen_Log(log="a"), else_=None
            ),
            {"if": "1", "then": {"log": "a"}},
        ),
        (
            seed.TasksSetStep(set_=seed.TasksSetKey(key="k", value="v")),
            {"set": {"key": "k", "value": "v"}},
        ),
        (
            seed.TasksMapReduceStep(map_=seed.TasksMapOver(over="_", workflow="w"), reduce="1"),
            {"map": {"over": "_", "workflow": "w"}, "reduce": "1"},
        ),
        (seed.DocsTextOnlyDocSearchRequest(text="a", limit=3), {"text": "a", "limit": 3}),
        (seed.ChatDefaultChatSettings(temperature=0.5), {"temperature": 0.5}),
        (
            seed.TasksSleepStep(sleep=seed.TasksSleepFor(hours=1)),
            {"sleep": {"seconds": 0, "minutes": 0, "hours": 1, "days": 0}},
        ),
    ],
)
def test_classes_of_2024_send_their_tags(model: Any, wire: dict[str, Any]) -> None:
    """What those documents construct is sent with the tag that tells it from the others."""
    assert json.loads(encode(model)) == wire

"""The tools that a step may call, and what their definitions may read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import anyio
import pytest

from julep.local.records import Agent, Task
from julep.local.records import Tool as AgentTool
from julep.local.workflow.ports import Execution
from julep.local.workflow.position import StepError
from julep.local.workflow.toolset import ResolvedTool, Toolset
from tests.local.records import some
from tests.local.workflow.driver import run_of
from tests.local.workflow.fakes import ScriptedEffects

URL = "$ 'http://a/' + secrets.KEY"


def call(name: str, **more: Any) -> dict[str, Any]:
    """A tool whose definition reads a secret."""
    return {"name": name, "type": "api_call", "api_call": {"method": "GET", "url": URL}, **more}


def function(name: str, **more: Any) -> dict[str, Any]:
    """A tool that the caller runs."""
    return {"name": name, "type": "function", "function": {"description": URL}, **more}


def ask(
    question: Callable[[Toolset], Awaitable[Any]],
    task_tools: list[dict[str, Any]],
    agent_tools: list[dict[str, Any]],
    *,
    inherit: bool = True,
) -> Any:
    """What a toolset of these tools answers."""
    effects = ScriptedEffects()
    effects.known_secrets = {"KEY": "s3cret"}
    execution = Execution(
        id="e",
        task=some(Task, main=[], tools=task_tools, inherit_tools=inherit),
        input=None,
        agent=some(Agent),
        agent_tools=[some(AgentTool, **tool) for tool in agent_tools],
    )

    async def play() -> Any:
        return await question(Toolset(run_of(execution, effects)))

    return anyio.run(play)


def found(
    name: str, task_tools: list[Any], agent_tools: list[Any], **options: bool
) -> ResolvedTool:
    """The tool of a name."""
    tool: ResolvedTool = ask(lambda tools: tools.find(name), task_tools, agent_tools, **options)
    return tool


def test_a_tasks_own_tool_reads_secrets() -> None:
    """They are filled into its definition."""
    assert found("t", [call("t")], []).definition["url"] == "http://a/s3cret"


@pytest.mark.parametrize(
    ("task_tools", "agent_tools"),
    [
        pytest.param([], [call("t")], id="of the agent"),
        pytest.param([call("t", inherited=True)], [], id="marked as inherited"),
    ],
)
def test_an_inherited_tool_reads_no_secrets(
    task_tools: list[dict[str, Any]], agent_tools: list[dict[str, Any]]
) -> None:
    """Whoever may change an agent's tools is not whoever wrote the task: the text stays as it is."""
    assert found("t", task_tools, agent_tools).definition["url"] == URL


def test_a_functions_definition_is_text() -> None:
    """The caller runs it: nothing in it is evaluated."""
    assert found("f", [function("f")], []).definition == {"description": URL}


def test_a_task_shadows_its_agents_tools() -> None:
    """By name; without `inherit_tools` the agent's aren't there at all."""
    own, inherited = function("t", description="own"), function("t", description="the agent's")
    other = function("other")
    every = ask(lambda tools: tools.all(), [own], [inherited, other])
    assert [(tool.name, tool.description) for tool in every] == [("other", URL), ("t", "own")]
    alone = ask(lambda tools: tools.all(), [own], [inherited, other], inherit=False)
    assert [tool.name for tool in alone] == ["t"]


@pytest.mark.parametrize(
    ("asked", "name"),
    [("f", "f"), ("function.f", "f"), ("integration.f", "f"), ("other.f", "other.f")],
)
def test_a_name_may_have_its_type_in_front(asked: str, name: str) -> None:
    """Only one that is a type of tools: others are parts of names."""
    assert found(asked, [function("f"), function("other.f")], []).name == name


@pytest.mark.parametrize("asked", ["g", "function.", "function.g", "F"])
def test_an_unknown_tool_is_named(asked: str) -> None:
    """As the step names it."""
    with pytest.raises(StepError, match=f"Tool {asked} not found in the toolset"):
        found(asked, [function("f")], [])


def test_tools_are_found_by_id() -> None:
    """Names don't count then."""
    tools = [function("a", id="1"), function("1", id="2")]
    tool: ResolvedTool = ask(lambda toolset: toolset.with_id("1"), tools, [])
    assert tool.name == "a"
    with pytest.raises(StepError, match="Tool a not found"):
        ask(lambda toolset: toolset.with_id("a"), tools, [])


@pytest.mark.parametrize(
    ("wire", "type"),
    [
        ({"name": "t", "integration": {"provider": "dummy"}}, "integration"),
        ({"name": "t", "system": {"resource": "user", "operation": "list"}}, "system"),
        ({"name": "t"}, "function"),
    ],
)
def test_a_tool_without_a_type_has_that_of_its_definition(wire: dict[str, Any], type: str) -> None:
    """A function, unless it defines something else."""
    tool = found("t", [wire], [])
    assert (tool.type, dict(tool.definition)) == (type, wire.get(type) or {})

"""What is known of a step without running it: its kind, its parts, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import anyio
import pytest

from julep.local.sandbox.expressions import EvaluateError
from julep.local.workflow.isolated_validation import validate_isolated
from julep.local.workflow.issues import MOST_ISSUES
from julep.local.workflow.plain_text import missing_sign, never_evaluated
from julep.local.workflow.ports import EffectError
from julep.local.workflow.position import StepError
from julep.local.workflow.repaired_steps import repaired_in_steps, repaired_in_tools
from julep.local.workflow.run import error_text
from julep.local.workflow.static_checks import check_expressions, check_tools
from julep.local.workflow.step_kinds import (
    STEP_KINDS,
    children,
    complete,
    is_step,
    kind_of,
    step_type,
    wire_names,
)
from julep.local.workflow.strict_steps import strict_steps
from julep.local.workflow.unknown_keys import unknown_keys
from julep.local.workflow.validation import validate

SMALL = {"get": "a"}


@pytest.mark.parametrize(
    ("step", "kind", "type"),
    [
        ({"evaluate": {}}, "evaluate", "EvaluateStep"),
        ({"tool": "t"}, "tool_call", "ToolCallStep"),
        ({"error": "x"}, "error", "ErrorWorkflowStep"),
        ({"workflow": "w"}, "yield", "YieldStep"),
        ({"over": "x", "map": SMALL}, "map_reduce", "MapReduceStep"),
        ({"prompt": "x", "tools": []}, "prompt", "PromptStep"),
    ],
)
def test_a_step_is_known_by_its_keys(step: Any, kind: str, type: str) -> None:
    """Whatever else it has."""
    assert (kind_of(step), step_type(step), is_step(step)) == (kind, type, True)


def test_what_has_no_key_of_a_step_is_none() -> None:
    """Nor is what is no object."""
    assert not is_step({"unknown": 1})
    assert not is_step("evaluate")
    with pytest.raises(KeyError):
        kind_of({"unknown": 1})


@pytest.mark.parametrize(
    ("step", "places"),
    [
        (SMALL, []),
        ({"if": "1", "then": SMALL, "else": SMALL}, ["then", "else"]),
        ({"if": "1", "then": SMALL, "else": None}, ["then"]),
        ({"switch": [{"case": "1", "then": SMALL}, {"case": "2"}, 7]}, ["switch[0].then"]),
        ({"foreach": {"in": "x", "do": SMALL}}, ["foreach.do"]),
        ({"foreach": {"in": "x"}}, []),
        ({"parallel": [SMALL, 7]}, ["parallel[0]", "parallel[1]"]),
        ({"over": "x", "map": SMALL}, ["map"]),
    ],
)
def test_the_steps_inside_have_places(step: Any, places: list[str]) -> None:
    """Also in a step that is wrong."""
    assert [place for place, _ in children(step)] == places


def test_names_of_python_are_those_of_the_wire() -> None:
    """As some clients send them."""
    assert wire_names({"if_": 1, "else_": 2, "in_": 3, "return_": 4, "a_": 5}) == {
        "if": 1,
        "else": 2,
        "in": 3,
        "return": 4,
        "a_": 5,
    }
    assert wire_names("x") == {}


NESTED: list[tuple[Any, Callable[[Any], Any]]] = [
    ({"if_": "1", "then": SMALL}, lambda step: step["then"]),
    ({"switch": [{"case": "1", "then": SMALL}]}, lambda step: step["switch"][0]["then"]),
    ({"foreach": {"in_": "x", "do": SMALL}}, lambda step: step["foreach"]["do"]),
    ({"parallel": [SMALL]}, lambda step: step["parallel"][0]),
    ({"over": "x", "map": SMALL}, lambda step: step["map"]),
]


@pytest.mark.parametrize(
    ("step", "inner"),
    NESTED,
)
def test_a_step_is_completed_inside_too(step: Any, inner: Any) -> None:
    """With its kind, its label, and all defaults."""
    made: Any = complete({**step, "label": "l"})
    assert made["kind_"] == kind_of(made)
    assert made["label"] == "l"
    assert made.keys() >= STEP_KINDS[made["kind_"]].fields.keys()
    assert inner(made) == {"get": "a", "kind_": "get", "label": None}


def wrong(step: Any) -> list[tuple[str, str]]:
    """Where what of a step is wrong."""
    return [(issue.location, issue.type) for issue in validate({"main": [step]})]


@pytest.mark.parametrize(
    "step",
    [
        {"sleep": {"seconds": -1}},
        {"sleep": 5},
        {"over": "x", "map": SMALL, "parallelism": 0},
        {"over": "x", "map": SMALL, "parallelism": 101},
        {"over": "x", "map": SMALL, "parallelism": True},
        {"get": 5},
        {"set": []},
        {"if": "1", "then": []},
        {"if": "1"},
        {"switch": {}},
        {"switch": [{"then": SMALL}]},
        {"foreach": {"do": SMALL}},
        {"parallel": SMALL},
        {"wait_for_input": {}},
        {"prompt": 5},
        {"prompt": "x", "unwrap": 1},
        {"get": "a", "label": "7"},
        {"get": "a", "label": "x" * 121},
        {"get": "a", "kind_": "set"},
    ],
    ids=str,
)
def test_a_step_of_another_form_is_refused(step: Any) -> None:
    """With the place of what is wrong."""
    ((location, kind), *_) = wrong(step)
    assert location.startswith("main[0]")
    assert kind == "invalid_shape"


@pytest.mark.parametrize(
    "step",
    [
        {"over": "x", "map": SMALL, "parallelism": 1},
        {"over": "x", "map": SMALL, "parallelism": 100},
        {"get": "a", "label": "x" * 120},
        {"get": "a", "kind_": "get"},
        {"wait_for_input": {"info": {}}},
        {"sleep": {"days": 1}},
        {"prompt": [{"role": "user", "content": "x"}]},
    ],
    ids=str,
)
def test_a_step_at_its_bounds_is_taken(step: Any) -> None:
    """Whatever may be said of what its texts mean."""
    assert [kind for _, kind in wrong(step) if kind == "invalid_shape"] == []


def places(issues: Any) -> list[str]:
    """Where issues are."""
    return [issue.location for issue in issues]


@pytest.mark.parametrize(
    ("step", "place"),
    [
        ({"evaluate": {"a": 5}}, "s.evaluate.a"),
        ({"evaluate": {}}, "s.evaluate"),
        ({"return": {"a": [1]}}, "s.return.a"),
        ({"parallel": [SMALL]}, "s.parallel"),
        ({"tool": "a.b"}, "s.tool"),
        ({"tool": "a" * 41}, "s.tool"),
        ({"tool": "t", "arguments": {}}, "s.arguments"),
        ({"prompt": []}, "s.prompt"),
        ({"prompt": [{"role": "developer", "content": "x"}]}, "s.prompt[0].role"),
        ({"prompt": "x", "tool_choice": "required"}, "s.tool_choice"),
        ({"sleep": {"seconds": 0}}, "s.sleep"),
        ({"switch": []}, "s.switch"),
        ({"if": True, "then": SMALL}, "s.if"),
        ({"over": [1], "map": SMALL}, "s.over"),
        ({"over": "x", "map": {"return": {"a": "1"}}}, "s.map"),
        ({"foreach": {"in": [1], "do": SMALL}}, "s.foreach.in"),
        ({"workflow": "w", "arguments": {"a": 1}}, "s.arguments.a"),
    ],
    ids=str,
)
def test_what_servers_of_2025_refuse_is_known(step: Any, place: str) -> None:
    """With its place."""
    assert places(strict_steps("s", step)) == [place]


@pytest.mark.parametrize(
    "step",
    [
        {"evaluate": {"a": "$ 5", "b": {"c": 1}}},
        {"return": {"a": ["x"], "b": {"c": "d"}, "e": [{"f": "g"}]}},
        {"tool": "a" * 40},
        {"tool": "t", "arguments": {"a": 5}},
        {"prompt": "x", "tool_choice": "auto", "tools": "all"},
        {"switch": [{"case": "1", "then": {"return": {"a": "1"}}}]},
        {"over": "x", "map": SMALL},
        {"foreach": {"in": "x", "do": {"wait_for_input": {"info": {"a": "b"}}}}},
        {"workflow": "w", "arguments": "_"},
    ],
    ids=str,
)
def test_what_servers_of_2025_run_is_taken(step: Any) -> None:
    """In these forms."""
    assert places(strict_steps("s", complete(step))) == []


@pytest.mark.parametrize(
    ("step", "kinds"),
    [
        ({"evaluate": {"a": "$ 1 +"}}, 1),
        ({"evaluate": {"a": "$ unknown_name"}}, 1),
        ({"evaluate": {"a": "$ _.x", "b": "text"}}, 0),
        ({"if": "$ [x for x in _]", "then": SMALL}, 0),
        ({"evaluate": {"a": "$ lambda: 1"}}, 1),
    ],
)
def test_expressions_are_looked_at(step: Any, kinds: int) -> None:
    """Whether they can be read, and what they mention."""
    found = list(check_expressions("s", step, strict=False))
    assert len(found) == kinds
    assert all(issue.location.startswith("s.") for issue in found)


@pytest.mark.parametrize(
    ("tool", "count"),
    [
        ({"name": "t", "type": "api_call", "api_call": {"url": "$ secrets.KEY"}}, 0),
        ({"name": "t", "type": "api_call", "api_call": {"url": "$ 1 +"}}, 1),
        ({"name": "t", "type": "function", "function": {"description": "$ 1 +"}}, 0),
        ({"name": "t", "type": "api_call", "api_call": {"url": "$ 1 +"}, "inherited": True}, 0),
    ],
)
def test_expressions_of_tools_are_looked_at(tool: Any, count: int) -> None:
    """Of those that are the task's own, and run here."""
    assert len(list(check_tools([tool], strict=False))) == count


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("_.a + 1", "$ _.a + 1"),
        (" _ ", "$ _"),
        ("$steps[0]", "$ steps[0]"),
        ("$5", None),
        ("${_.a}", None),
        ("a plain text", None),
        ("_.a was it", None),
        ("some_name", None),
        ("_.a" + " + 1" * 250, None),
    ],
)
def test_a_sign_may_be_missing(text: str, meant: str | None) -> None:
    """From what is an expression but for it."""
    assert missing_sign(text, {"steps", "_"}) == meant


def test_what_is_never_evaluated_is_told() -> None:
    """Where it looks like an expression."""
    (issue,) = never_evaluated("s", {"get": "$ _.a"})
    assert (issue.location, issue.severity, issue.details) == (
        "s.get",
        "warning",
        {"expression": "$ _.a"},
    )
    assert len(list(never_evaluated("s", {"error": "no {_.a}"}))) == 1
    assert list(never_evaluated("s", {"error": "no"})) == []
    assert list(never_evaluated("s", {"log": "$ _.a"})) == []


@pytest.mark.parametrize(
    ("step", "known"),
    [
        ({"get": "a", "label": "l", "kind_": "get"}, []),
        ({"get": "a", "lable": "l"}, ["s.lable"]),
        ({"prompt": [{"role": "user", "contents": "x"}]}, ["s.prompt[0].contents"]),
        ({"prompt": "x", "settings": {"temprature": 1}}, ["s.settings.temprature"]),
        ({"sleep": {"second": 1}}, ["s.sleep.second"]),
        ({"wait_for_input": {"info": {}, "x": 1}}, ["s.wait_for_input.x"]),
        ({"switch": [{"case": "1", "then": SMALL, "x": 1}]}, ["s.switch[0].x"]),
        ({"foreach": {"in": "x", "do": SMALL, "x": 1}}, ["s.foreach.x"]),
    ],
)
def test_keys_that_nobody_reads_are_told(step: Any, known: list[str]) -> None:
    """As warnings, with what was probably meant."""
    found = list(unknown_keys("s", step))
    assert places(found) == known
    assert all(issue.severity == "warning" and issue.hint for issue in found)


@pytest.mark.parametrize(
    "task", [{"main": [SMALL]}, {"main": [{"evaluate": {"a": "$ 1 +"}}]}, {"main": []}]
)
def test_a_task_is_checked_in_a_worker_as_here(task: Any) -> None:
    """The same is found."""
    assert anyio.run(validate_isolated, task) == validate(task)


def test_of_very_many_issues_the_first_are_told() -> None:
    """A hundred say enough."""
    task: Any = {"main": [{"get": 5}] * 150}
    assert len(anyio.run(validate_isolated, task)) == MOST_ISSUES == 100


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (StepError("no"), "no"),
        (EffectError("no"), "no"),
        (EvaluateError("no"), "EvaluateError: no"),
        (AssertionError("no"), "AssertionError: no"),
        (KeyError("no"), "Internal error (KeyError): 'no'"),
    ],
)
def test_an_error_reads_so_in_a_history(error: Exception, text: str) -> None:
    """Those that nobody planned say that they are ours."""
    assert error_text(error) == text


@pytest.mark.parametrize(
    ("step", "place"),
    [
        ({"get": "a"}, "main[0].get"),
        ({"error": "x"}, "main[0].error"),
        ({"over": "x", "map": SMALL, "reduce": "results", "parallelism": 1}, "main[0].reduce"),
        ({"over": "x", "map": SMALL, "reduce": "$ results", "parallelism": 2}, "main[0].reduce"),
        ({"over": "x", "map": SMALL, "reduce": "$ results", "parallelism": 1}, None),
        ({"over": "x", "map": SMALL, "reduce": "results"}, None),
        ({"over": "x", "map": SMALL}, None),
        ({"set": {"a": "x"}}, None),
    ],
    ids=str,
)
def test_what_relies_on_a_repair_is_told(step: Any, place: str | None) -> None:
    """As a warning: it does something else on servers of 2025."""
    found = list(repaired_in_steps([("main[0]", step)], [step]))
    assert places(found) == ([] if place is None else [place])
    assert all(issue.severity == "warning" and issue.hint for issue in found)
    assert places(repaired_in_steps([("main[0]", {"error": "x"})], [step, step])) == []


@pytest.mark.parametrize(
    ("call", "fails"),
    [
        ({"resource": "user", "operation": "create"}, True),
        ({"resource": "agent", "subresource": "doc", "operation": "search"}, True),
        ({"resource": "agent", "subresource": "doc", "operation": "create"}, False),
        ({"resource": "user", "operation": "list"}, False),
        ({}, False),
    ],
)
def test_tools_that_fail_elsewhere_are_told(call: Any, fails: bool) -> None:
    """With their place."""
    tool = {"name": "t", "type": "system", "system": call}
    assert places(repaired_in_tools([tool])) == (["tools[0].system"] if fails else [])


def test_integrations_that_do_something_else_elsewhere_are_told() -> None:
    """Arguments of their own, and keys in braces."""
    setup = {"brave_api_key": "$ {secrets.KEY}", "other": "$ secrets.KEY"}
    spec = {"provider": "brave", "setup": setup, "arguments": {"query": "x"}}
    tools = [{"name": "t", "type": "integration", "integration": spec}]
    assert places(repaired_in_tools(tools)) == [
        "tools[0].integration.arguments",
        "tools[0].integration.setup.brave_api_key",
    ]

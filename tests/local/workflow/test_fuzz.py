"""Tasks and expressions out of thin air: they may fail, but never hang or break anything."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from julep.local.sandbox.expressions import EvaluateError, evaluate
from julep.local.sandbox.functions import FUNCTIONS
from julep.local.sandbox.modules import CONSTANTS, MODULES
from julep.local.workflow import validate
from julep.types.executions import FINAL_TRANSITIONS
from tests.local.workflow.driver import run

_TOOLS: list[Any] = [
    {"name": "echo", "type": "integration", "integration": {"provider": "dummy"}},
    {"name": "ask", "type": "function", "function": {}},
    {"name": "api", "type": "api_call", "api_call": {"method": "GET", "url": "http://a"}},
]
_code = st.sampled_from(
    [
        "$ _",
        "$ 1",
        "$ [1, 2]",
        "$ []",
        "$ {'a': _}",
        "$ _.a",
        "$ _['b']",
        "$ len(_)",
        "$ state",
        "$ steps[0].output",
        "$ inputs[1]",
        "$ 1 / 0",
        "$ {1}",
        "$ False",
        "_",
        "text {_}",
        "{",
        "}} {{_.x}}",
        "it's'",
    ]
)
_Step = st.SearchStrategy[Any]
_step_of = st.fixed_dictionaries
_object: _Step = st.dictionaries(st.sampled_from("ab"), _code, max_size=2)
_leaves: _Step = st.one_of(
    _step_of({"evaluate": _object}),
    _step_of({"set": _object}),
    _step_of({"get": st.sampled_from("ab")}),
    _step_of({"log": _code}),
    _step_of({"return": _object}),
    _step_of({"error": _code}),
    _step_of({"sleep": _step_of({"seconds": st.integers(0, 2)})}),
    _step_of({"wait_for_input": _step_of({"info": _object})}),
    _step_of({"tool": st.sampled_from(["echo", "ask", "api", "x"]), "arguments": _object}),
    _step_of({"prompt": _code, "unwrap": st.booleans()}),
    _step_of({"embed": _step_of({"text": _code})}),
    _step_of({"search": _step_of({"text": _code})}),
    _step_of({"workflow": st.sampled_from(["main", "sub"]), "arguments": _object}),
)


def _around(step: _Step) -> _Step:
    return st.one_of(
        _step_of({"if": _code, "then": step, "else": st.none() | step}),
        _step_of({"switch": st.lists(_step_of({"case": _code, "then": step}), max_size=2)}),
        _step_of({"foreach": _step_of({"in": _code, "do": step})}),
        _step_of({"parallel": st.lists(step, max_size=3)}),
        _step_of(
            {
                "over": _code,
                "map": step,
                "parallelism": st.sampled_from([None, 1, 2]),
                "reduce": st.sampled_from([None, "results + [_]", "$ _", "nope", "$ results._"]),
            }
        ),
    )


_steps = st.lists(st.recursive(_leaves, _around, max_leaves=4), min_size=1, max_size=4)


@settings(
    max_examples=120, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
@given(_steps, _steps)
@pytest.mark.slow
def test_every_accepted_task_ends_or_waits(main: list[Any], sub: list[Any]) -> None:
    """Whatever validation lets through comes to an end, and its history fits together."""
    task = {"main": main, "sub": sub, "tools": _TOOLS}
    if any(issue.severity == "error" for issue in validate(task)):
        return
    told = run(task, {"a": [1, 2]}, resumes=[{"b": 1}, None] * 50)
    assert told.view.status in {"succeeded", "failed", "awaiting_input"}
    assert "Internal error" not in str(told.output)
    assert told.types[0] == "init"
    assert sum(each in FINAL_TRANSITIONS for each in told.types) == (
        told.view.status != "awaiting_input"
    )
    assert len({each.key for each in told.history}) == len(told.history)


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "main",
                    "if",
                    "then",
                    "else",
                    "foreach",
                    "in",
                    "do",
                    "over",
                    "map",
                    "switch",
                    "case",
                    "parallel",
                    "prompt",
                    "tool",
                    "evaluate",
                    "log",
                    "set",
                    "workflow",
                    "arguments",
                    "label",
                    "kind_",
                    "tools",
                    "name",
                    "input_schema",
                    "sleep",
                    "wait_for_input",
                    "info",
                ]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=20,
)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.dictionaries(st.sampled_from(["main", "sub", "tools", "input_schema"]), _json))
def test_validation_takes_any_json(task: Any) -> None:
    """Nonsense of any shape gives issues, never an exception."""
    for issue in validate(task):
        assert issue.message
        assert issue.location


_words = st.sampled_from(
    [
        *FUNCTIONS,
        *MODULES,
        *CONSTANTS,
        *[
            "_",
            "x",
            "1",
            "0",
            "-1",
            "10**9",
            "'a'",
            "'a'*10**6",
            "b'b'",
            "[]",
            "()",
            "{}",
            ".",
            "(",
            ")",
            "[",
            "]",
            ",",
            ":",
            "+",
            "*",
            "**",
            "%",
            "<<",
            "if",
            "else",
            "for",
            "in",
            "and",
            "not",
            "is",
            "lambda",
            "f'{_}'",
            "\\",
            "\n",
            "==",
            "items",
            "get",
            "join",
            "replace",
            "sub",
        ],
    ]
)


@settings(max_examples=500, deadline=None, derandomize=True)
@given(st.lists(_words, max_size=12).map(" ".join) | st.text(max_size=40))
def test_any_text_evaluates_or_fails_cleanly(text: str) -> None:
    """Whatever stands in an expression, it gives a value or an `EvaluateError`."""
    for written in (text, f"$ {text}"):
        with contextlib.suppress(EvaluateError):
            evaluate(written, {**CONSTANTS, **MODULES, "_": {"items": [1, 2], "x": {"y": "z"}}})

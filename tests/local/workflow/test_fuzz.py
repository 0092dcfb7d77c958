"""Tasks and expressions out of thin air: they may fail, but never hang or break anything."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from julep.local.workflow import validate
from julep.local.workflow.expressions import EvaluateError, evaluate
from julep.local.workflow.functions import FUNCTIONS
from julep.local.workflow.modules import CONSTANTS, MODULES
from julep.local.workflow.ports import HttpReply, Json
from julep.local.workflow.status import FINAL
from tests.local.workflow.driver import run
from tests.local.workflow.fakes import ScriptedWorld

_TOOLS: list[Json] = [
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
_object = st.dictionaries(st.sampled_from("ab"), _code, max_size=2)
_leaves = st.one_of(
    st.builds(lambda it: {"evaluate": it}, _object),
    st.builds(lambda it: {"set": it}, _object),
    st.builds(lambda it: {"get": it}, st.sampled_from("ab")),
    st.builds(lambda it: {"log": it}, _code),
    st.builds(lambda it: {"return": it}, _object),
    st.builds(lambda it: {"error": it}, _code),
    st.builds(lambda it: {"sleep": {"seconds": it}}, st.integers(0, 2)),
    st.builds(lambda it: {"wait_for_input": {"info": it}}, _object),
    st.builds(
        lambda name, it: {"tool": name, "arguments": it},
        st.sampled_from(["echo", "ask", "api", "x"]),
        _object,
    ),
    st.builds(lambda it, unwrap: {"prompt": it, "unwrap": unwrap}, _code, st.booleans()),
    st.builds(lambda it: {"embed": {"text": it}}, _code),
    st.builds(lambda it: {"search": {"text": it}}, _code),
    st.builds(
        lambda name, it: {"workflow": name, "arguments": it},
        st.sampled_from(["main", "sub"]),
        _object,
    ),
)


def _around(step: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    cases = st.lists(
        st.builds(lambda case, then: {"case": case, "then": then}, _code, step), max_size=2
    )
    return st.one_of(
        st.builds(
            lambda it, then, or_else: {"if": it, "then": then, "else": or_else},
            _code,
            step,
            st.none() | step,
        ),
        st.builds(lambda it: {"switch": it}, cases),
        st.builds(lambda it, do: {"foreach": {"in": it, "do": do}}, _code, step),
        st.builds(lambda it: {"parallel": it}, st.lists(step, max_size=3)),
        st.builds(
            lambda over, map, parallelism, reduce: {
                "over": over,
                "map": map,
                "parallelism": parallelism,
                "reduce": reduce,
            },
            _code,
            step,
            st.sampled_from([None, 1, 2]),
            st.sampled_from([None, "results + [_]", "$ _", "nope", "$ results._"]),
        ),
    )


_steps = st.lists(st.recursive(_leaves, _around, max_leaves=4), min_size=1, max_size=4)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_steps, _steps)
def test_every_accepted_task_ends_or_waits(main: list[Json], sub: list[Json]) -> None:
    """Whatever validation lets through comes to an end, and its history fits together."""
    task = {"main": main, "sub": sub, "tools": _TOOLS}
    if any(issue.severity == "error" for issue in validate(task)):
        return
    world = ScriptedWorld(
        ["reply"] * 200, [HttpReply(status_code=200, headers={}, content=b"{}")] * 200
    )
    told = run(task, {"a": [1, 2]}, world=world, resumes=[{"b": 1}, None] * 50)
    assert told.view.status in {"succeeded", "failed", "awaiting_input"}
    assert "Internal error" not in str(told.output)
    assert told.types[0] == "init"
    assert sum(each in FINAL for each in told.types) == (told.view.status != "awaiting_input")
    assert len({each.key for each in told.history}) == len(told.history)


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                "main if then else foreach in do over map switch case parallel prompt tool evaluate log set "
                "workflow arguments label kind_ tools name input_schema sleep wait_for_input info".split()
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=20,
)


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.sampled_from(["main", "sub", "tools", "input_schema"]), _json))
def test_validation_takes_any_json(task: Json) -> None:
    """Nonsense of any shape gives issues, never an exception."""
    for issue in validate(task):
        assert issue.message
        assert issue.location


_words = st.sampled_from(
    [
        *FUNCTIONS,
        *MODULES,
        *CONSTANTS,
        *"_ x 1 0 -1 10**9 'a' 'a'*10**6 b'b' [] () {} . ( ) [ ] , : + * ** % << if else for in and not is lambda f'{_}' \\ \n == items get join replace sub".split(
            " "
        ),
    ]
)


@settings(max_examples=500, deadline=None)
@given(st.lists(_words, max_size=12).map(" ".join) | st.text(max_size=40))
def test_any_text_evaluates_or_fails_cleanly(text: str) -> None:
    """Whatever stands in an expression, it gives a value or an `EvaluateError`."""
    for written in (text, f"$ {text}"):
        try:
            evaluate(written, {**CONSTANTS, **MODULES, "_": {"items": [1, 2], "x": {"y": "z"}}})
        except EvaluateError as error:
            assert str(error) or text

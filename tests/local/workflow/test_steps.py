"""What the steps that hold no others do, and what expressions see of an execution."""

from __future__ import annotations

from typing import Any

import pytest

from tests.local.workflow.driver import result, run
from tests.local.workflow.fakes import ScriptedEffects


def test_set_gives_its_values_and_get_reads_them() -> None:
    """`set` outputs what it sets, `state` has it from then on, and `get` gives one value."""
    told = run([{"set": {"a": "$ 1", "b": {"c": "{state}"}}}, {"get": "a"}, {"get": "none"}])
    assert [each.output for each in told.history[1:]] == [{"a": 1, "b": {"c": "{}"}}, 1, None]


@pytest.mark.parametrize("position", ["first", "last", "only"])
def test_an_error_step_always_fails_the_execution(position: str) -> None:
    """Wherever an `error` step stands, the execution ends as failed, with its message."""
    error, other = {"error": "bad {_.x}"}, {"log": "fine"}
    steps = {"first": [error, other], "last": [other, error], "only": [error]}[position]
    told = run(steps)
    assert result(told) == ("failed", "Error raised by ErrorWorkflowStep: bad {_.x}")
    assert told.types.count("finish") == 0
    expected = {"first": ["init", "step", "error"], "last": ["init", "step", "error"]}
    assert told.types == expected.get(position, ["init", "error"])


def test_an_error_in_the_middle_points_to_the_next_step() -> None:
    """An error transition keeps the step that would have followed; the last step's has none."""
    told = run([{"log": "a"}, {"evaluate": {"x": "$ _.no.pe"}}, {"log": "b"}], {"y": 1})
    error = told.history[-1]
    assert error.output == "EvaluateError: Attribute 'no' does not exist in expression '_.no.pe'"
    assert error.next is not None
    assert (error.current.step, error.next.step) == (1, 2)


@pytest.mark.parametrize(
    ("step", "expression"),
    [
        ({"evaluate": {"x": "fine", "y": ["$ [].pop()"]}}, "$ [].pop()"),
        ({"evaluate": {"x": "{{ _.n }}"}}, "{{ _.n }}"),
        (
            {"over": "$ [1]", "map": {"evaluate": {"x": "$ 1"}}, "reduce": "results + _"},
            "results + _",
        ),
    ],
)
def test_an_error_tells_which_expression_failed(step: Any, expression: str) -> None:
    """The metadata has it as the task does, since most texts of errors don't quote it."""
    assert run([step]).history[-1].metadata["expression"] == expression


def test_secrets_in_an_expression_are_masked() -> None:
    """What failed is shown without the values of secrets."""
    effects = ScriptedEffects()
    effects.known_secrets["key"] = "hunter2"
    told = run([{"evaluate": {"x": "$ 'hunter2'.nope"}}], effects=effects)
    assert told.history[-1].metadata["expression"] == "$ '***'.nope"


def test_an_endless_expression_is_not_shown() -> None:
    """One that is longer than texts of errors may be is left out."""
    told = run([{"evaluate": {"x": f"$ [{'1,' * 6_000}].nope"}}])
    assert told.history[-1].metadata == {"step_type": "EvaluateStep"}


def test_an_output_that_is_not_json_fails_its_step() -> None:
    """A set as output is recorded as an error that says where it is and what to do."""
    told = run([{"evaluate": {"a": {"b": "$ {1, 2}"}}}])
    assert told.view.status == "failed"
    assert told.output.startswith("output.a.b is not JSON-serialisable (set)")


@pytest.mark.parametrize("step", [{"evaluate": {}}, {"set": {}}, {"return": {}}])
def test_nothing_to_evaluate_fails(step: Any) -> None:
    """A step without expressions fails with the servers' own words."""
    told = run([step])
    assert told.view.status == "failed"
    assert told.output.startswith("AssertionError: exprs must be a non-empty string")


@pytest.mark.parametrize(
    ("duration", "seconds"),
    [({"seconds": 1, "minutes": 2}, 121.0), ({"hours": 1, "days": 1}, 90_000.0)],
)
def test_sleep_takes_the_sum_of_its_parts(duration: Any, seconds: float) -> None:
    """The parts add up, and the input goes on unchanged."""
    told = run([{"sleep": duration}], {"a": 1})
    assert (told.effects.slept, told.output) == ([seconds], {"a": 1})


def test_a_sleep_of_nothing_fails() -> None:
    """A total of zero is an error, not a step that never ends."""
    assert run([{"sleep": {}}]).view.status == "failed"


def test_a_log_that_fails_fails_its_step() -> None:
    """A log's text is evaluated, though its metadata has it as it was written."""
    assert run([{"log": "{nope}"}]).output.startswith("EvaluateError: 'nope' is not defined")


def test_expressions_know_where_they_are() -> None:
    """Agent, task, execution and cursor are there at run time."""
    names = (
        "agent.name, arguments.n, str(execution.id)[:8], task.name, current_step.kind_, cursor.step"
    )
    told = run(
        {
            "name": "T",
            "main": [
                {"log": "x"},
                {"evaluate": {"all": f"$ [{names}, is_last_step, is_first_step, is_main]"}},
            ],
        },
        {"n": 4},
    )
    assert told.output == {"all": ["Ada", 4, "00000000", "T", "evaluate", 1, True, False, True]}


def test_an_expression_can_not_change_the_history() -> None:
    """What an expression does to its values is gone after its step."""
    told = run(
        [
            {
                "evaluate": {
                    "a": "$ _.update({'x': 1}) or _",
                    "b": "$ agent.clear() or steps[0].input.clear()",
                }
            },
            {"evaluate": {"input": "$ steps[0].input", "agent": "$ agent.name"}},
        ],
        {"n": 1},
    )
    assert told.output == {"input": {"n": 1}, "agent": "Ada"}


def test_labels_are_listed_with_their_steps() -> None:
    """A step's label stands on the transition that ends it."""
    told = run([{"label": "ask", "wait_for_input": {"info": {"q": "?"}}}], resumes=[{"a": 1}])
    assert [each.step_label for each in told.history] == [None, None, "ask"]


def test_python_spellings_of_fields_are_understood() -> None:
    """`if_`, `else_`, `in_` and `return_` mean what the wire's names do."""
    step: Any = {"if_": "$ False", "then": {"log": "a"}, "else_": {"return_": {"x": "$ 1"}}}
    loop: Any = {"foreach": {"in_": "$ [1]", "do": step}}
    assert run([loop]).output == {"x": 1}


def test_an_output_of_null_is_shown_as_an_empty_object() -> None:
    """The execution shows `{}`, its transition null."""
    told = run([{"wait_for_input": {"info": {"q": "?"}}}], resumes=[None])
    assert (told.view.status, told.output, told.history[-1].output) == ("succeeded", {}, None)

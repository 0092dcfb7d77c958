"""What the steps do that hold other steps or call other workflows."""

from __future__ import annotations

from typing import Any

import anyio
import pytest

from tests.local.workflow.driver import result, run
from tests.local.workflow.fakes import ScriptedEffects


def test_state_is_shared_by_the_branches_of_a_workflow() -> None:
    """What a branch sets is seen after it; what a sub-workflow sets stays in it."""
    told = run(
        {
            "sub": [{"set": {"inner": 1}}],
            "main": [
                {"if": "$ True", "then": {"set": {"a": "$ 1"}}},
                {"foreach": {"in": "$ [2, 3]", "do": {"set": {"b": "$ _"}}}},
                {"workflow": "sub"},
                {"evaluate": {"state": "$ state"}},
            ],
        }
    )
    assert told.output == {"state": {"a": 1, "b": 3}}


@pytest.mark.parametrize(
    ("case", "output"), [("$ _ == 1", "one"), ("$ _ == 2", "two"), ("$ False", "rest")]
)
def test_switch_takes_the_first_case_that_holds(case: str, output: str) -> None:
    """Cases are tried in order; the first that holds decides."""
    steps = [
        {
            "switch": [
                {"case": case, "then": {"evaluate": {"is": output}}},
                {"case": "$ True", "then": {"evaluate": {"is": "rest"}}},
            ]
        }
    ]
    told = run({"main": [{"foreach": {"in": "$ [0, 1, 2]", "do": steps[0]}}]})
    assert {"is": output} in told.output


def test_the_default_case_holds_unless_the_input_is_empty() -> None:
    """The case `_` asks for the input's truth, as on other servers; `$ True` always holds."""
    then = {"evaluate": {"x": "$ _"}}
    empty = run([{"switch": [{"case": "_", "then": then}]}], {})
    assert result(empty) == ("failed", "Negative indices not allowed")
    told = run([{"switch": [{"case": "_", "then": then}]}], {"a": 1})
    assert told.output == {"x": {"a": 1}}
    assert told.history[1].current.workflow == "`main`[0].case"
    assert run([{"switch": [{"case": "$ True", "then": then}]}], {}).output == {"x": {}}


def test_switch_without_a_matching_case_fails() -> None:
    """No case holding is an error, worded as servers word it."""
    told = run([{"switch": [{"case": "$ False", "then": {"log": "no"}}]}])
    assert result(told) == ("failed", "Negative indices not allowed")


def test_foreach_over_nothing_gives_an_empty_list() -> None:
    """An empty list has no branches and an empty output."""
    told = run([{"foreach": {"in": "$ []", "do": {"log": "never"}}}])
    assert (told.output, told.types) == ([], ["init", "finish"])


@pytest.mark.parametrize(
    "step", [{"foreach": {"in": "$ 3", "do": {"log": "x"}}}, {"over": "$ 3", "map": {"log": "x"}}]
)
def test_going_over_something_else_than_a_list_fails(step: Any) -> None:
    """A loop over a number says so."""
    assert result(run([step])) == ("failed", "object of type 'int' has no len()")


_ROWS = [{"y": 1, "z": 0}, {"y": 4, "z": 0}, {"y": 9, "z": 0}]


@pytest.mark.parametrize(
    ("step", "output"),
    [
        ({}, [{"y": 1}, {"y": 4}, {"y": 9}]),
        ({"reduce": "results + [_.y]"}, [1, 4, 9]),
        ({"reduce": "$ results + _.y", "initial": 10}, 24),
        ({"reduce": "$ max(results, _['y'])", "initial": 0, "parallelism": 1}, 9),
        ({"reduce": "results + [_.y]", "parallelism": 2}, [1, 4, 9]),
        ({"reduce": "results.append(_.y) or results"}, [1, 4, 9]),
        ({"reduce": "_.update({'z': 0}) or results + [_]", "initial": [0]}, [0, *_ROWS]),
    ],
)
def test_map_reduce_folds_in_the_order_of_the_items(step: Any, output: Any) -> None:
    """The fold starts with `initial` and takes outputs in order, however many ran at once."""
    told = run([{"over": "$ [1, 2, 3]", "map": {"evaluate": {"y": "$ _ ** 2"}}, **step}])
    assert told.output == output


@pytest.mark.parametrize(
    ("parallelism", "names"),
    [
        (
            None,
            [
                "PAR:`main`[0].mapreduce[0][0]",
                "PAR:`main`[0].mapreduce[0][1]",
                "PAR:`main`[0].mapreduce[0][2]",
            ],
        ),
        (
            2,
            [
                "PAR:`main`[0].mapreduce[0][0]",
                "PAR:`main`[0].mapreduce[0][1]",
                "PAR:`main`[0].mapreduce[1][0]",
            ],
        ),
        (1, ["`main`[0].mapreduce[0]", "`main`[0].mapreduce[1]", "`main`[0].mapreduce[2]"]),
    ],
)
def test_map_branches_are_named_by_batch(parallelism: int | None, names: list[str]) -> None:
    """Without a limit all items run together; with one, in batches of that many."""
    told = run([{"over": "$ 'abc'", "map": {"log": "{_}"}, "parallelism": parallelism}])
    begun = [each.current.workflow for each in told.history if each.type == "init_branch"]
    assert sorted(begun) == names


def test_a_failing_map_branch_fails_the_execution_once() -> None:
    """Of several failing branches one error is listed, the last transition of all."""
    told = run([{"over": "$ [1, 0, 0]", "map": {"evaluate": {"x": "$ 1 / _"}}}])
    assert result(told) == ("failed", "EvaluateError: division by zero")
    assert told.types.count("error") == 1
    assert told.types[-1] == "error"


def test_parallel_steps_give_a_list() -> None:
    """`parallel` runs each step on the same input and outputs what they gave, in order."""
    told = run(
        [
            {
                "parallel": [
                    {"evaluate": {"a": "$ _.n"}},
                    {"sleep": {"seconds": 5}},
                    {"if": "$ _.n", "then": {"evaluate": {"b": "$ 2"}}},
                ]
            }
        ],
        {"n": 1},
    )
    assert told.output == [{"a": 1}, {"n": 1}, {"b": 2}]
    assert any(each.current.workflow == "PAR:`main`[0].parallel[0]" for each in told.history)


def test_all_kinds_of_steps_nest() -> None:
    """Branches hold loops, loops hold branches and maps, to any depth, each with its name."""
    inner = {"over": "$ [_]", "parallelism": 1, "map": {"evaluate": {"x": "$ _"}}}
    loop = {"foreach": {"in": "$ [1, 2]", "do": {"if": "$ _ > 1", "then": inner}}}
    told = run([{"if": "$ True", "then": {"switch": [{"case": "$ True", "then": loop}]}}])
    assert told.output == [{"output": 1}, [{"x": 2}]]
    names = {each.current.workflow for each in told.history}
    assert "``main`[0].if_else.then`[0].case" in names
    assert "````main`[0].if_else.then`[0].case`[0].foreach[1]`[0].if_else.then" in names


def test_return_in_a_branch_ends_the_named_workflow() -> None:
    """Each enclosing step closes with the returned value, and nothing after it runs."""
    nested = {"if": "$ True", "then": {"if": "$ True", "then": {"return": {"r": "$ _.n"}}}}
    told = run([nested, {"evaluate": {"never": "$ 1"}}], {"n": 5})
    assert told.types == ["init", "init_branch", "init_branch"] + ["finish_branch"] * 2 + ["finish"]
    assert {repr(each.output) for each in told.history[3:]} == {"{'r': 5}"}
    closing = told.history[-1]
    assert (closing.current.step, closing.next) == (0, None)
    assert closing.metadata == {"step_type": "IfElseWorkflowStep"}


@pytest.mark.parametrize(
    "step",
    [
        {"foreach": {"in": "$ [1, 2]", "do": {"return": {"x": "$ _"}}}},
        {"over": "$ [1, 2]", "parallelism": 1, "map": {"return": {"x": "$ _"}}},
        {"over": "$ [1]", "map": {"return": {"x": "$ _"}}},
    ],
)
def test_return_in_a_loop_ends_the_workflow_with_it(step: Any) -> None:
    """The first item that returns ends the loop and the workflow around it."""
    told = run([step, {"error": "never"}])
    assert (told.view.status, told.output) == ("succeeded", {"x": 1})


@pytest.mark.parametrize(
    ("step", "status"),
    [({"return": {"x": "$ 1"}}, "succeeded"), ({"error": "bad"}, "failed")],
)
def test_a_branch_that_ends_the_workflow_stops_the_others(step: Any, status: str) -> None:
    """Branches that run beside a return or an error don't keep the execution waiting."""
    effects = ScriptedEffects()
    effects.blocked = anyio.Event()
    told = run([{"parallel": [{"sleep": {"days": 1}}, step]}, {"log": "never"}], effects=effects)
    assert (told.view.status, effects.woken) == (status, 1)


def test_a_sub_workflow_sees_only_its_own_steps() -> None:
    """`steps`, `inputs` and labels speak of the run of the workflow that mentions them."""
    told = run(
        {
            "sub": [
                {"label": "mine", "evaluate": {"x": "$ steps[0].input.v"}},
                {
                    "evaluate": {
                        "n": "$ 2 in steps",
                        "x": "$ steps.mine.output.x",
                        "i": "$ inputs[0].v",
                    }
                },
            ],
            "main": [
                {"label": "first", "evaluate": {"v": "$ 1"}},
                {
                    "if": "$ True",
                    "then": {"workflow": "sub", "arguments": {"v": "$ steps.first.output.v + 1"}},
                },
                {"evaluate": {"sub": "$ _", "own": "$ outputs[0].v"}},
            ],
        }
    )
    assert told.output == {"sub": {"n": False, "x": 2, "i": 2}, "own": 1}


def test_recursion_ends_with_an_error() -> None:
    """A workflow that calls itself without end fails; the process goes on."""
    told = run([{"workflow": "main"}])
    assert result(told)[0] == "failed"
    assert "nested more than" in told.output


@pytest.mark.slow
def test_recursion_that_branches_ends_with_an_error() -> None:
    """A workflow that calls itself several times at once fails before it fills the memory."""
    told = run([{"over": "$ [1, 2]", "map": {"workflow": "main"}}])
    assert told.view.status == "failed"
    assert "steps of the execution run at once" in told.output


def test_recursion_with_an_end_works() -> None:
    """A workflow may call itself, each run in a scope of its own."""
    step = {
        "if": "$ _.n > 0",
        "then": {"workflow": "down", "arguments": {"n": "$ _.n - 1"}},
        "else": {"evaluate": {"done": "$ True"}},
    }
    told = run({"down": [step], "main": [{"workflow": "down"}]}, {"n": 50})
    assert told.output == {"done": True}
    assert len({each.current.scope_id for each in told.history}) == 52


def test_branches_go_on_in_their_order() -> None:
    """A branch whose expressions take longer is not overtaken by the next one."""
    long, short = "$ sum([x * x for x in range(9000)])", "$ 1"
    told = run([{"parallel": [{"evaluate": {"x": each}} for each in (long, short, long, short)]}])
    done = [each for each in told.history if each.type == "finish_branch"]
    assert [each.current.workflow for each in done] == [
        f"PAR:`main`[0].parallel[{index}]" for index in range(4)
    ]

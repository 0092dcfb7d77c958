"""What each kind of step does, alone and inside others."""

import base64
from typing import Any

import anyio
import pytest

from julep.local.workflow.ports import HttpReply, Json, WorldError
from tests.local.workflow.driver import run
from tests.local.workflow.fakes import ScriptedWorld, completion

_OK = HttpReply(status_code=200, headers={"x": "y"}, content=b'{"n": 1}')


def _failure(told: Any) -> tuple[str, Json]:
    return told.view.status, told.output


def test_set_gives_its_values_and_get_reads_them() -> None:
    """`set` outputs what it sets, `state` has it from then on, and `get` gives one value."""
    told = run([{"set": {"a": "$ 1", "b": {"c": "{state}"}}}, {"get": "a"}, {"get": "none"}])
    assert [each.output for each in told.history[1:]] == [{"a": 1, "b": {"c": "{}"}}, 1, None]


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
    """Cases are tried in order, and `_` holds whatever the input."""
    steps = [
        {
            "switch": [
                {"case": case, "then": {"evaluate": {"is": output}}},
                {"case": "_", "then": {"evaluate": {"is": "rest"}}},
            ]
        }
    ]
    told = run({"main": [{"foreach": {"in": "$ [0, 1, 2]", "do": steps[0]}}]})
    assert {"is": output} in told.output


def test_switch_takes_the_default_for_an_empty_input() -> None:
    """The default case matches an input that is empty, too."""
    told = run([{"switch": [{"case": "_", "then": {"evaluate": {"x": "$ _"}}}]}], {})
    assert told.output == {"x": {}}
    assert told.history[1].current.workflow == "`main`[0].case"


def test_switch_without_a_matching_case_fails() -> None:
    """No case holding is an error, worded as servers word it."""
    told = run([{"switch": [{"case": "$ False", "then": {"log": "no"}}]}])
    assert _failure(told) == ("failed", "Negative indices not allowed")


def test_foreach_over_nothing_gives_an_empty_list() -> None:
    """An empty list has no branches and an empty output."""
    told = run([{"foreach": {"in": "$ []", "do": {"log": "never"}}}])
    assert (told.output, told.types) == ([], ["init", "finish"])


@pytest.mark.parametrize(
    "step", [{"foreach": {"in": "$ 3", "do": {"log": "x"}}}, {"over": "$ 3", "map": {"log": "x"}}]
)
def test_going_over_something_else_than_a_list_fails(step: Json) -> None:
    """A loop over a number says so."""
    assert _failure(run([step])) == ("failed", "object of type 'int' has no len()")


@pytest.mark.parametrize(
    ("step", "output"),
    [
        ({}, [{"y": 1}, {"y": 4}, {"y": 9}]),
        ({"reduce": "results + [_.y]"}, [1, 4, 9]),
        ({"reduce": "$ results + _.y", "initial": 10}, 24),
        ({"reduce": "$ max(results, _['y'])", "initial": 0, "parallelism": 1}, 9),
        ({"reduce": "results + [_.y]", "parallelism": 2}, [1, 4, 9]),
    ],
)
def test_map_reduce_folds_in_the_order_of_the_items(step: Json, output: Json) -> None:
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
    assert _failure(told) == ("failed", "EvaluateError: division by zero")
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
    told = run([{"if": "$ True", "then": {"switch": [{"case": "_", "then": loop}]}}])
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
def test_return_in_a_loop_ends_the_workflow_with_it(step: Json) -> None:
    """The first item that returns ends the loop and the workflow around it."""
    told = run([step, {"error": "never"}])
    assert (told.view.status, told.output) == ("succeeded", {"x": 1})


@pytest.mark.parametrize(
    ("step", "status"),
    [({"return": {"x": "$ 1"}}, "succeeded"), ({"error": "bad"}, "failed")],
)
def test_a_branch_that_ends_the_workflow_stops_the_others(step: Json, status: str) -> None:
    """Branches that run beside a return or an error don't keep the execution waiting."""
    world = ScriptedWorld()
    world.blocked = anyio.Event()
    told = run([{"parallel": [{"sleep": {"days": 1}}, step]}, {"log": "never"}], world=world)
    assert (told.view.status, world.woken) == (status, 1)


@pytest.mark.parametrize("position", ["first", "last", "only"])
def test_an_error_step_always_fails_the_execution(position: str) -> None:
    """Wherever an `error` step stands, the execution ends as failed, with its message."""
    error, other = {"error": "bad {_.x}"}, {"log": "fine"}
    steps = {"first": [error, other], "last": [other, error], "only": [error]}[position]
    told = run(steps)
    assert _failure(told) == ("failed", "Error raised by ErrorWorkflowStep: bad {_.x}")
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
    assert error.metadata == {"step_type": "EvaluateStep"}


def test_an_output_that_is_not_json_fails_its_step() -> None:
    """A set as output is recorded as an error that says where it is and what to do."""
    told = run([{"evaluate": {"a": {"b": "$ {1, 2}"}}}])
    assert told.view.status == "failed"
    assert told.output.startswith("output.a.b is not JSON-serialisable (set)")


@pytest.mark.parametrize("step", [{"evaluate": {}}, {"set": {}}, {"return": {}}])
def test_nothing_to_evaluate_fails(step: Json) -> None:
    """A step without expressions fails with the servers' own words."""
    told = run([step])
    assert told.view.status == "failed"
    assert told.output.startswith("AssertionError: exprs must be a non-empty string")


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
    assert _failure(told)[0] == "failed"
    assert "nested more than" in told.output


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


@pytest.mark.parametrize(
    ("duration", "seconds"),
    [({"seconds": 1, "minutes": 2}, 121.0), ({"hours": 1, "days": 1}, 90_000.0)],
)
def test_sleep_takes_the_sum_of_its_parts(duration: Json, seconds: float) -> None:
    """The parts add up, and the input goes on unchanged."""
    told = run([{"sleep": duration}], {"a": 1})
    assert (told.world.slept, told.output) == ([seconds], {"a": 1})


def test_a_sleep_of_nothing_fails() -> None:
    """A total of zero is an error, not a step that never ends."""
    assert run([{"sleep": {}}]).view.status == "failed"


def test_a_log_that_fails_fails_its_step() -> None:
    """A log's text is evaluated, though its metadata has it as it was written."""
    assert run([{"log": "{nope}"}]).output.startswith("EvaluateError: 'nope' is not defined")


@pytest.mark.parametrize("arguments", ["_", None, {"q": "$ _.q"}])
def test_dummy_integrations_return_their_arguments(arguments: Json) -> None:
    """The arguments default to the input, and the dummy gives back what it gets."""
    step = {"tool": "echo"} | ({"arguments": arguments} if arguments else {})
    tool = {"name": "echo", "type": "integration", "integration": {"provider": "dummy"}}
    assert run({"tools": [tool], "main": [step]}, {"q": 1}).output == {"q": 1}


def test_integrations_are_tried_again_when_that_may_help() -> None:
    """Transient failures are waited out with growing pauses."""
    world = ScriptedWorld()
    world.failures = [WorldError("busy", transient=True)] * 3
    tool = {
        "name": "w",
        "type": "integration",
        "integration": {"provider": "weather", "method": "get"},
    }
    told = run({"tools": [tool], "main": [{"tool": "w", "arguments": {"q": "x"}}]}, world=world)
    assert told.output == {"called": "weather", "q": "x"}
    assert world.slept == [1.0, 2.0, 4.0]


@pytest.mark.parametrize(
    "failures", [[WorldError("no key")], [WorldError("busy", transient=True)] * 99]
)
def test_integrations_that_keep_failing_fail_the_step(failures: list[WorldError]) -> None:
    """Other failures fail at once, transient ones after an hour."""
    world = ScriptedWorld()
    world.failures = failures
    text = str(failures[0])
    tool = {
        "name": "w",
        "type": "integration",
        "integration": {"provider": "weather", "method": "get"},
    }
    told = run({"tools": [tool], "main": [{"tool": "w"}]}, world=world)
    assert _failure(told) == ("failed", f"Error in executing weather.get: {text}")
    assert world.clock <= 1_000 + 3_600


def test_an_unknown_tool_fails() -> None:
    """A tool that the task lacks is an error without type."""
    assert run([{"tool": "nope"}]).output == "Tool nope not found in the toolset"


@pytest.mark.parametrize(("inherit", "status"), [(True, "succeeded"), (False, "failed")])
def test_agent_tools_are_there_when_inherited(inherit: bool, status: str) -> None:
    """A task with `inherit_tools` finds the agent's tools, and its own ones shadow them."""
    dummy: Json = {"type": "integration", "integration": {"provider": "dummy"}}
    other: Json = {"type": "integration", "integration": {"provider": "x", "method": "y"}}
    told = run(
        {
            "inherit_tools": inherit,
            "tools": [{"name": "own", **dummy}],
            "main": [{"tool": "own"}, {"tool": "function.theirs"}],
        },
        {"n": 1},
        agent_tools=[{"name": "own", **other}, {"name": "theirs", **dummy}],
    )
    assert told.view.status == status
    assert told.world.calls == []


def test_system_tools_call_the_servers_own_api() -> None:
    """The definition names the operation; its presets and the arguments are its parameters."""
    tool = {
        "name": "docs",
        "type": "system",
        "system": {
            "resource": "agent",
            "subresource": "doc",
            "operation": "search",
            "resource_id": "agent-1",
            "arguments": {"limit": 3},
        },
    }
    told = run(
        {"tools": [tool], "main": [{"tool": "docs", "arguments": {"text": "{_.q}"}}]}, {"q": "hi"}
    )
    expected = {"agent_id": "agent-1", "limit": 3, "text": "hi"}
    assert told.output == {"operation": "agent.doc.search", "arguments": expected}


def _api_task(definition: Json, arguments: Json) -> Json:
    tool = {"name": "api", "type": "api_call", "api_call": definition}
    return {"tools": [tool], "main": [{"tool": "api", "arguments": arguments}]}


def test_api_calls_send_what_tool_and_arguments_say() -> None:
    """The definition gives method, url and headers, with secrets filled in; arguments the rest."""
    world = ScriptedWorld(http_replies=[_OK])
    world.known_secrets = {"TOKEN": "s3cret"}
    definition = {
        "method": "POST",
        "url": "http://a/b",
        "headers": {"Authorization": "$ f'Bearer {secrets.TOKEN}'"},
    }
    arguments = {
        "json_": {"q": "$ _.q"},
        "params": {"p": "1"},
        "headers": {"Authorization": "no", "X": "1"},
    }
    told = run(_api_task(definition, arguments), {"q": 2}, world=world)
    [call] = world.http_calls
    assert (call.method, call.url, call.timeout) == ("POST", "http://a/b", 600.0)
    assert call.headers == {"Authorization": "Bearer s3cret", "X": "1"}
    assert call.options == {"json": {"q": 2}, "params": {"p": "1"}}
    assert told.output == {
        "status_code": 200,
        "headers": {"x": "y"},
        "content": base64.b64encode(b'{"n": 1}').decode(),
        "json": {"n": 1},
    }
    assert "s3cret" not in repr(told.history)


def test_api_calls_may_leave_the_content_out() -> None:
    """`include_response_content: false` gives the parsed body alone; no JSON is null."""
    reply = HttpReply(status_code=204, headers={}, content=b"")
    definition = {"method": "GET", "url": "http://a", "include_response_content": False}
    told = run(
        _api_task(definition, {"url": "http://c"}), world=ScriptedWorld(http_replies=[reply])
    )
    assert told.output == {"status_code": 204, "headers": {}, "json": None}
    assert told.world.http_calls[0].url == "http://c"


def test_api_calls_fail_on_refusals() -> None:
    """A status that is no success fails the step in httpx's words."""
    reply = HttpReply(status_code=404, headers={}, content=b"", reason="Not Found")
    told = run(
        _api_task({"method": "GET", "url": "http://a"}, "_"),
        world=ScriptedWorld(http_replies=[reply]),
    )
    assert told.output.startswith(
        "HTTPStatusError: Client error '404 Not Found' for url 'http://a'"
    )


def test_api_calls_are_tried_again_when_the_other_side_is_busy() -> None:
    """503 and lost connections are retried."""
    busy = HttpReply(status_code=503, headers={}, content=b"")
    lost = WorldError("ConnectError: refused", transient=True)
    world = ScriptedWorld(http_replies=[busy, lost, _OK])
    assert run(_api_task({"method": "GET", "url": "http://a"}, "_"), world=world).output[
        "json"
    ] == {"n": 1}


def test_embed_and_search_work() -> None:
    """`embed` gives vectors, `search` what the agent's search answers."""
    told = run(
        [{"embed": {"text": ["a", "{_.t}"]}}, {"search": {"text": "$ inputs[0].t", "limit": 3}}],
        {"t": "abc"},
    )
    assert told.history[1].output == {"vectors": [[1.0], [3.0]]}
    assert told.output["docs"] == [{"id": "doc-1", "title": "abc"}]
    assert told.world.calls == [("search", {"text": "abc", "limit": 3})]


def test_a_prompt_gives_the_whole_completion() -> None:
    """Settings go over the agent's, nulls are dropped, and a plain prompt is a user message."""
    agent: dict[str, Json] = {
        "name": "A",
        "model": "m1",
        "default_settings": {"temperature": 1, "top_p": 0.5},
    }
    settings = {"temperature": 0, "top_p": None, "model": "m2"}
    told = run(
        [{"prompt": "Hi {_.who}", "settings": settings}],
        {"who": "you"},
        agent=agent,
        world=ScriptedWorld(["Hello"]),
    )
    assert told.output == completion("Hello")
    [request] = told.world.model_requests
    assert (request.model, request.settings, request.tools) == ("m2", {"temperature": 0}, None)
    assert request.messages == [{"role": "user", "content": "Hi you"}]


def test_messages_are_the_users_unless_they_say_otherwise() -> None:
    """A message without a role is the user's; tool messages keep what they refer to."""
    call = {"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    written: list[Json] = [
        {"content": "{_.x}"},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "content": [{"type": "text", "text": "$ _.x"}], "tool_call_id": "c"},
    ]
    told = run([{"prompt": written}], {"x": "hi"}, world=ScriptedWorld(["ok"]))
    assert told.world.model_requests[0].messages == [
        {"role": "user", "content": "hi"},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "content": [{"type": "text", "text": "hi"}], "tool_call_id": "c"},
    ]


def test_a_prompt_without_a_model_takes_the_default_one() -> None:
    """An agent that names no model is served by gpt-4o."""
    told = run([{"prompt": "x"}], agent={"name": "A", "model": ""}, world=ScriptedWorld(["y"]))
    assert told.world.model_requests[0].model == "gpt-4o"


def test_unwrap_needs_one_choice() -> None:
    """With several choices there is no one text to give."""
    reply = completion("a")
    reply["choices"] *= 2
    told = run([{"prompt": "x", "unwrap": True}], world=ScriptedWorld([reply]))
    assert told.view.status == "failed"


def test_model_errors_fail_the_step() -> None:
    """What the model's server says is the execution's error."""
    told = run([{"prompt": "x"}], world=ScriptedWorld([WorldError("no such model")]))
    assert _failure(told) == ("failed", "no such model")


_FUNCTION: Json = {
    "name": "ask",
    "type": "function",
    "description": "Asks",
    "function": {"parameters": {"type": "object"}},
}
_DUMMY: Json = {"name": "echo", "type": "integration", "integration": {"provider": "dummy"}}


def _called(name: str, id: str, arguments: str = '{"q": 1}') -> Json:
    return {"id": id, "type": "function", "function": {"name": name, "arguments": arguments}}


def test_function_calls_of_a_model_wait_for_the_client() -> None:
    """The wait lists the calls; what the client resumes with goes back to the model."""
    calls = [_called("ask", "c1"), _called("ask", "c2")]
    world = ScriptedWorld([completion(None, calls=calls), "fine"])
    told = run(
        {"tools": [_FUNCTION], "main": [{"prompt": "x", "unwrap": True}]},
        world=world,
        resumes=[{"c1": "yes", "c2": {"n": 2}}],
    )
    assert told.output == "fine"
    assert told.history[1].output == calls
    first, second = world.model_requests
    offered = {"name": "ask", "description": "Asks", "parameters": {"type": "object"}}
    assert first.tools == [{"type": "function", "function": offered}]
    assert second.messages[1:] == [
        {"role": "assistant", "content": None, "tool_calls": calls},
        {"role": "tool", "tool_call_id": "c1", "content": "yes"},
        {"role": "tool", "tool_call_id": "c2", "content": '{"n": 2}'},
    ]


def test_other_tools_of_a_model_run_until_it_stops_calling() -> None:
    """The server calls integrations itself, as often as the model asks."""
    replies = [
        completion(None, calls=[_called("echo", f"c{i}", f'{{"i": {i}}}')]) for i in range(3)
    ]
    world = ScriptedWorld([*replies, "end"])
    told = run({"tools": [_DUMMY], "main": [{"prompt": "x", "unwrap": True}]}, world=world)
    assert (told.output, told.types) == ("end", ["init", "finish"])
    results = [
        each["content"] for each in world.model_requests[-1].messages if each["role"] == "tool"
    ]
    assert results == ['{"i": 0}', '{"i": 1}', '{"i": 2}']


def test_without_auto_run_tools_the_calls_are_the_output() -> None:
    """The completion is given as it is, for the workflow to act on."""
    reply = completion(None, calls=[_called("echo", "c")])
    told = run(
        {"tools": [_DUMMY], "main": [{"prompt": "x", "auto_run_tools": False}]},
        world=ScriptedWorld([reply]),
    )
    assert told.output == reply


_OWN: Json = {"name": "own", "type": "function", "function": {}}


@pytest.mark.parametrize(
    ("tools", "names"),
    [
        ("all", ["ask", "echo"]),
        ([{"ref": {"name": "echo"}}], ["echo"]),
        ([{"ref": {"id": "tool-1"}}], ["ask"]),
        ([_OWN], ["own"]),
        ([], None),
    ],
)
def test_a_prompt_offers_the_tools_that_it_names(tools: Json, names: list[str] | None) -> None:
    """All tools by default; else those referred to, or defined on the spot."""
    told = run(
        {
            "tools": [{**_FUNCTION, "id": "tool-1"}, _DUMMY],
            "main": [{"prompt": "x", "tools": tools, "tool_choice": "auto"}],
        },
        world=ScriptedWorld(["y"]),
    )
    offered = told.world.model_requests[0].tools
    shown = None if offered is None else [each["function"]["name"] for each in offered]
    assert shown == names


def test_expressions_know_where_they_are() -> None:
    """Agent, task, execution and cursor are there at run time."""
    names = "agent.name, arguments.n, execution.id, task.name, current_step.kind_, cursor.step"
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
    assert told.output == {"all": ["Ada", 4, "execution-1", "T", "evaluate", 1, True, False, True]}


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
    step: Json = {"if_": "$ False", "then": {"log": "a"}, "else_": {"return_": {"x": "$ 1"}}}
    loop: Json = {"foreach": {"in_": "$ [1]", "do": step}}
    assert run([loop]).output == {"x": 1}

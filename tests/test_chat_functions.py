"""Functions that the model calls while it answers, turn by turn."""

from __future__ import annotations

import pytest

import julep as sdk
from julep import CreateTool, TurnLimitReached
from julep.local import LocalServer

from .conftest import Face
from .desk import SEARCH, desk, order_status, refund


async def test_functions_are_called_until_the_model_answers(
    face: Face, julep_server: LocalServer
) -> None:
    """The model gets the results, in the order of its calls, and its last words are the answer."""
    at = await desk(face, julep_server)
    calls = [("refund", {"order": "A17", "amount": 3}), ("order_status", {"order": "A17"})]
    answer = await at.chat(calls, "It was sent.", tools=[order_status, refund])

    assert (answer.text, answer.tool_calls, answer.results) == ("It was sent.", [], [])
    assert at.results() == ["3 for A17", '{"order":"A17","status":"sent"}']
    offered = [tool["function"] for tool in julep_server.model_calls[0]["tools"]]
    assert [one["name"] for one in offered] == ["order_status", "refund"]
    assert offered[0]["description"] == "Say where an order is."
    assert offered[0]["parameters"] == sdk.tool_schema(order_status)


async def test_an_answer_tells_its_turns(face: Face, julep_server: LocalServer) -> None:
    """Each turn has its text, its use of tokens, and its calls with what became of them."""
    at = await desk(face, julep_server)
    calls = [("refund", {"order": "A17"}), ("refund", {"order": 5})]
    answer = await at.chat(calls, "Done.", tools=[refund])

    first, last = answer.turns
    assert (first.text, last.text, last.calls) == ("", "Done.", [])
    done, failed = first.calls
    assert (done.name, done.arguments, done.state) == ("refund", {"order": "A17"}, "done")
    assert (done.result, done.error) == ("1 for A17", None)
    assert (failed.state, failed.result) == ("failed", None)
    assert failed.error == at.results()[1] == "order: expected text, got a whole number"
    assert 0 < done.seconds < 5
    counts = [usage.total_tokens or 0 for usage in (first.usage, last.usage, answer.usage) if usage]
    assert 0 < counts[0] + counts[1] == counts[2]


async def test_a_plain_chat_has_one_turn(face: Face, julep_server: LocalServer) -> None:
    """Without functions an answer is as it was, calls of the agent's own tools included."""
    at = await desk(face, julep_server)
    answer = await at.chat([("search", {"q": "x"})], tools=[SEARCH])

    assert [call.function.name for call in answer.tool_calls if call.function] == ["search"]
    assert [(call.name, call.state) for call in answer.turns[0].calls] == [("search", "open")]
    assert "turns" not in answer.to_dict()


async def test_the_model_is_asked_so_often(face: Face, julep_server: LocalServer) -> None:
    """After `max_turns` answers the calls of the last one are not made."""
    at = await desk(face, julep_server)
    made: list[str] = []

    def ping(word: str) -> str:
        made.append(word)
        return word

    turns = [[("ping", {"word": str(number)})] for number in range(3)]
    with pytest.raises(TurnLimitReached) as caught:
        await at.chat(*turns, tools=[ping], max_turns=3)

    assert made == ["0", "1"]
    assert [call.name for turn in caught.value.turns for call in turn.calls] == ["ping"] * 3
    assert [call.state for call in caught.value.turns[-1].calls] == ["open"]
    assert len(caught.value.answer.tool_calls) == 1
    assert (await at.chat("on we go")).text == "on we go"


async def test_calls_of_other_tools_end_the_loop(face: Face, julep_server: LocalServer) -> None:
    """The functions are called, and their results are there to be sent with the caller's own."""
    at = await desk(face, julep_server)
    calls = [("search", {"q": "x"}), ("refund", {"order": "A17"})]
    tools = [CreateTool(name="search", function=sdk.FunctionDef()), refund]
    answer = await at.chat(calls, tools=tools, max_turns=1)

    search, paid = answer.turns[0].calls
    assert (search.state, paid.state, len(answer.turns)) == ("open", "done", 1)
    assert [call.id for call in answer.tool_calls] == [search.id]
    assert [message.tool_call_id for message in answer.results] == [paid.id]
    own = {"role": "tool", "tool_call_id": search.id, "content": "found"}
    at.script("All done.")
    chat = at.client.sessions.chat
    last = await face.call(chat, at.session, [own, *answer.results], tools=tools)
    assert (last.text, at.results()) == ("All done.", ["found", "1 for A17"])


async def test_tools_of_the_agent_stay_the_callers(face: Face, julep_server: LocalServer) -> None:
    """A call of one comes back; the model is told of names that nobody has."""
    at = await desk(face, julep_server)
    await face.call(at.client.agents.tools.create, at.session.agent, **SEARCH)
    answer = await at.chat([("refund", {"order": "A"}), ("search", {})], tools=[refund])
    assert [call.state for call in answer.turns[0].calls] == ["done", "open"]

    answer = await at.chat([("rfund", {"order": "A"})], "Sorry.", tools=[refund])
    assert answer.text == "Sorry."
    assert at.results()[-1] == "there is no tool 'rfund'; there are: refund"


async def test_tools_have_one_name_each(face: Face, julep_server: LocalServer) -> None:
    """Two of one name are refused before anything is sent, functions and others alike."""
    at = await desk(face, julep_server)
    for other in (refund, {**SEARCH, "name": "refund"}):
        with pytest.raises(ValueError, match="two tools are called refund"):
            await at.chat(tools=[refund, other])
    assert julep_server.model_calls == []


async def test_a_rendered_prompt_shows_functions(face: Face, julep_server: LocalServer) -> None:
    """`render` takes functions too, and calls none."""
    at = await desk(face, julep_server)
    render = at.client.sessions.render
    prompt = await face.call(render, at.session, "hi", tools=[refund, SEARCH])
    assert [tool.name for tool in prompt.tools] == ["refund", "search"]
    assert prompt.tools[0].function.parameters == sdk.tool_schema(refund)


async def test_a_stream_goes_on_through_the_turns(face: Face, julep_server: LocalServer) -> None:
    """Chunks of all turns come in order; `text` is the last turn's, `usage` the sum."""
    at = await desk(face, julep_server)
    at.script([("refund", {"order": "A"})], "Paid at once.")
    stream = at.client.sessions.chat.stream(at.session, "hi", tools=[refund])
    chunks = await face.take(stream)

    assert "".join(chunk.text for chunk in chunks) == stream.text == "Paid at once."
    assert at.results() == ["1 for A"]
    paid, said = stream.turns
    assert [(call.name, call.result) for call in paid.calls] == [("refund", "1 for A")]
    assert (said.text, said.calls, stream.tool_calls) == ("Paid at once.", [], [])
    assert stream.usage.total_tokens == paid.usage.total_tokens + said.usage.total_tokens
    assert await face.take(stream) == []


async def test_a_stream_that_is_left_begins_no_turn(face: Face, julep_server: LocalServer) -> None:
    """Leaving the loop early ends the chat; no function is called then."""
    at = await desk(face, julep_server)
    at.script([("refund", {"order": "A"})], "Paid at once.")
    stream = at.client.sessions.chat.stream(at.session, "hi", tools=[refund])
    await face.take(stream, most=1)
    assert (stream.turns, await face.take(stream)) == ([], [])
    assert len(julep_server.model_calls) == 1
    julep_server.allow_unused()


async def test_a_stream_keeps_to_its_limits(face: Face, julep_server: LocalServer) -> None:
    """`max_turns` and `timeout` hold for streams too."""
    at = await desk(face, julep_server)
    at.script([("refund", {"order": "A"})])
    stream = at.client.sessions.chat.stream(at.session, "hi", tools=[refund], max_turns=1)
    with pytest.raises(TurnLimitReached):
        await face.take(stream)
    assert len(stream.turns) == 1

    julep_server.replies.add("late", delay=1)
    stream = at.client.sessions.chat.stream(at.session, "hi", timeout=0.3)
    with pytest.raises(sdk.APITimeoutError):
        await face.take(stream)

"""What all models promise: the offline echo, scripted replies, and a server of OpenAI's API."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any

import anyio
import pytest
from attrs import frozen

from julep.local.errors import ModelFailed, ModelRefused
from julep.local.models.completion_objects import CompletionRequest, completion_request
from julep.local.models.completions import EchoModel, Model, OpenAIModel
from julep.local.models.openai_http import Endpoint
from julep.local.models.scripted import ScriptedModel
from julep.local.records import Message
from julep.local.scripting import Script
from julep.types._tool_calls import ToolCallPieces
from tests.local.conftest import JSON
from tests.local.fake_openai import FakeOpenAI, completion

CHAT = "/v1/chat/completions"
REQUEST: CompletionRequest = {
    "model": "m",
    "messages": [{"role": "user", "content": "one  two\nthree "}],
}
CALL = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": '{"n": 1}'}}
USAGE = {"prompt_tokens", "completion_tokens", "total_tokens"}


@frozen
class Source:
    """A model, with ways to have it say, call or fail."""

    model: Model
    say: Callable[[str], object]
    call: Callable[[], object]
    fail: Callable[[int, str], object]


@pytest.fixture(params=["scripted", "scripted beside another", "endpoint"])
def source(request: pytest.FixtureRequest, openai: FakeOpenAI) -> Source:
    """Each model that does as it is told."""
    if request.param == "endpoint":
        return of_endpoint(openai)
    return scripted(behind=request.param == "scripted beside another")


def scripted(*, behind: bool) -> Source:
    """Replies that a test gives, also behind another such model that has none."""
    script = Script()
    replies = script.replies
    model: Model = ScriptedModel(script, EchoModel())
    return Source(
        ScriptedModel(Script(), model) if behind else model,
        replies.add,
        lambda: replies.add(tool_calls=[("f", {"n": 1})]),
        lambda status, error: replies.add(error=error, status=status),
    )


def of_endpoint(openai: FakeOpenAI) -> Source:
    """A server that streams where it is asked to."""

    def answer(message: JSON, finish: str) -> None:
        whole = completion("")
        whole["choices"] = [{"index": 0, "message": message, "finish_reason": finish}]
        delta = {**message, "tool_calls": [{"index": 0, **each} for each in calls(message)]}
        last: JSON = {"choices": [{"index": 0, "delta": {}, "finish_reason": finish}]}
        chunks: list[JSON] = [
            {"choices": [{"index": 0, "delta": delta}]},
            last,
            {**whole, "choices": []},
        ]
        openai.streamed[CHAT] = [*map(json.dumps, chunks), "[DONE]"]
        openai.answers[CHAT] = (200, whole)

    def fail(status: int, error: str) -> None:
        openai.streamed.clear()
        openai.answers[CHAT] = (status, {"error": {"message": error}})

    model = OpenAIModel(Endpoint(openai.url, "key"))
    return Source(
        model,
        lambda text: answer({"role": "assistant", "content": text}, "stop"),
        lambda: answer({"role": "assistant", "content": None, "tool_calls": [CALL]}, "tool_calls"),
        fail,
    )


def calls(message: JSON) -> list[Any]:
    """The calls of tools in a message."""
    return message.get("tool_calls") or []


@pytest.fixture(params=["whole", "streamed"])
def ask(request: pytest.FixtureRequest) -> Callable[[Model], list[Any]]:
    """Both ways to get an answer: one completion, or its chunks."""
    return whole if request.param == "whole" else streamed


def whole(model: Model) -> list[Any]:
    """The completion of the request, alone in a list."""
    return [anyio.run(model.complete, REQUEST)]


def streamed(model: Model) -> list[Any]:
    """The chunks of the request."""

    async def play() -> list[Any]:
        return [chunk async for chunk in model.stream(REQUEST)]

    return anyio.run(play)


def text_of(answers: list[JSON]) -> str:
    """What a completion or chunks say."""
    choices: list[JSON] = [choice for answer in answers for choice in answer["choices"]]
    said: list[JSON] = [each.get("message") or each.get("delta") or {} for each in choices]
    return "".join(message.get("content") or "" for message in said)


@pytest.mark.parametrize("text", ["one  two\nthree ", "", " ", "中文", "a"])
def test_a_text_arrives_as_it_is(
    source: Source, ask: Callable[[Model], list[JSON]], text: str
) -> None:
    """With all its white space, and whichever way it is asked for."""
    source.say(text)
    assert text_of(ask(source.model)) == text


@pytest.fixture(params=["echo", "scripted", "endpoint"])
def any_model(request: pytest.FixtureRequest, openai: FakeOpenAI) -> Iterator[Model]:
    """Each model, about to say something."""
    source = scripted(behind=False) if request.param == "scripted" else of_endpoint(openai)
    source.say("something")
    model = EchoModel() if request.param == "echo" else source.model
    yield model
    anyio.run(model.aclose)


def test_a_completion_is_whole(any_model: Model) -> None:
    """Its choice has an index, an end and a message of the assistant; the use is counted."""
    (answer,) = whole(any_model)
    (choice,) = answer["choices"]
    assert (choice["index"], choice["finish_reason"]) == (0, "stop")
    assert choice["message"]["role"] == "assistant"
    assert "something" in choice["message"]["content"] or "three" in choice["message"]["content"]
    assert set(answer["usage"]) == USAGE
    assert all(isinstance(count, int) and count > 0 for count in answer["usage"].values())


def test_a_stream_ends_once_and_tells_its_use_last(any_model: Model) -> None:
    """No word comes after the end of its choice."""
    chunks = streamed(any_model)
    ends = [choice.get("finish_reason") for chunk in chunks for choice in chunk["choices"]]
    assert ends == [*[None] * (len(ends) - 1), "stop"]
    assert set(chunks[-1]["usage"]) == USAGE
    assert not any(chunk.get("usage") for chunk in chunks[:-1])
    roles = [choice["delta"].get("role") for chunk in chunks for choice in chunk["choices"]]
    assert roles[0] == "assistant"


def test_a_model_tells_what_it_is(any_model: Model) -> None:
    """It has a label and at least one name."""
    assert any_model.label
    names = anyio.run(any_model.names)
    assert names
    assert all(isinstance(name, str) and name for name in names)


def test_the_request_stays_as_it_is(any_model: Model, ask: Callable[[Model], list[JSON]]) -> None:
    """It may be asked again, and shown to a test."""
    before = copy.deepcopy(REQUEST)
    ask(any_model)
    assert before == REQUEST


def test_a_stream_can_be_left(any_model: Model) -> None:
    """After the first chunk, and the model answers the next request."""

    async def play() -> None:
        stream = any_model.stream(REQUEST)
        await anext(stream)
        await stream.aclose()
        await any_model.complete(REQUEST)

    anyio.run(play)


def test_calls_of_tools_arrive(source: Source) -> None:
    """With an id, a name and arguments as JSON; pieces of a stream add up to the same."""
    source.call()
    (answer,) = whole(source.model)
    (choice,) = answer["choices"]
    assert (choice["finish_reason"], choice["message"]["content"]) == ("tool_calls", None)
    assert_is_call(choice["message"]["tool_calls"])
    source.call()
    pieces = ToolCallPieces()
    for chunk in streamed(source.model):
        for each in chunk["choices"]:
            pieces.add(calls(each["delta"]))
    assert_is_call(pieces.as_dicts())


def assert_is_call(told: Any) -> None:
    """Whether it is the one call."""
    (call,) = told
    assert call["id"]
    assert call["type"] == "function"
    assert call["function"]["name"] == "f"
    assert json.loads(call["function"]["arguments"]) == {"n": 1}


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, ModelRefused),
        (422, ModelRefused),
        (401, ModelFailed),
        (429, ModelFailed),
        (500, ModelFailed),
    ],
)
def test_a_failure_is_told_before_anything_else(
    source: Source,
    ask: Callable[[Model], list[JSON]],
    status: int,
    kind: type[Exception],
) -> None:
    """Some statuses blame the request; all tell the status and the words."""
    source.fail(status, "no way")
    with pytest.raises(kind, match=rf"{status}.*no way"):
        ask(source.model)


def test_the_echo_repeats_what_a_user_said_last() -> None:
    """Or a tool; without either, the last message."""
    said: list[Message] = [
        {"role": "user", "content": "first"},
        {"role": "user", "content": [{"type": "text", "text": "second"}]},
        {"role": "assistant", "content": "third"},
    ]

    def echo(messages: list[Message]) -> str:
        request: CompletionRequest = {"messages": messages}
        answer = anyio.run(EchoModel().complete, request)
        return str(answer["choices"][0]["message"]["content"]).rpartition("] ")[2]

    assert echo(said) == "second"
    assert echo([*said, {"role": "tool", "content": "fourth"}]) == "fourth"
    assert echo(said[2:]) == "third"


def test_a_model_without_a_name_is_the_first_of_the_list(openai: FakeOpenAI) -> None:
    """The list is asked for once."""
    model = OpenAIModel(Endpoint(openai.url))

    async def play() -> None:
        for settings in ({}, {"model": None}, {"model": "given"}):
            await model.complete(completion_request(settings, [], [], None))

    anyio.run(play)
    assert [body["model"] for body in openai.asked(CHAT)] == ["small", "small", "given"]
    assert len(openai.asked("/v1/models")) == 1


def test_what_is_remembered_of_requests_is_bounded() -> None:
    """The newest five hundred, as far as their texts aren't too long; the last one always."""
    script = Script()
    remembered, model = script.model_calls, ScriptedModel(script, EchoModel())

    async def ask(*texts: str) -> None:
        for text in texts:
            await model.complete({"messages": [{"role": "user", "content": text}]})

    anyio.run(ask, *map(str, range(501)))
    assert [each["messages"][0]["content"] for each in remembered] == list(map(str, range(1, 501)))
    long = "x" * 9_000_000
    anyio.run(ask, long)
    assert len(remembered) == 500
    anyio.run(ask, long)
    assert len(remembered) == 1

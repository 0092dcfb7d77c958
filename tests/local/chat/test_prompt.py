"""What templates and models see of a conversation, and how an answer is given and kept."""

from __future__ import annotations

from typing import Any

import anyio
import attrs
import pytest

from julep.local.chat.chat import Chat
from julep.local.chat.prompt import ChatContext, Prompt
from julep.local.chat.request import CHAT
from julep.local.errors import ModelFailed
from julep.local.resources.history import History
from julep.local.store.store import Store

AGENT: Any = {"id": "a", "default_system_template": "default"}
SPEC = {"name": "f", "description": None, "parameters": None}
FUNCTION = {"id": "t", "name": "f", "type": "function", "description": "d", "function": SPEC}
CALL = {
    "id": "u",
    "name": "s",
    "type": "api_call",
    "description": None,
    "api_call": {"key": "s3cret"},
}
USER: Any = {"id": "u", "name": "Joe"}


def context(*users: Any, **session: Any) -> ChatContext:
    """Who talks to whom."""
    made: Any = {"id": "s", "system_template": None, **session}
    tools: Any = [FUNCTION, CALL]
    return ChatContext(made, [AGENT], AGENT, list(users), tools, {"model": "m"})


def piece(doc: str, index: int) -> Any:
    """A recalled piece of a document."""
    snippets = [{"index": index, "content": f"{doc}{index}"}]
    return {"id": doc, "title": doc.upper(), "metadata": {}, "snippets": snippets}


def test_templates_see_who_takes_part() -> None:
    """A user if there is one, and metadata if a request has it."""
    names: Any = context(USER).names([], {"k": 1})
    assert (names["agent"], names["current_agent"], names["agents"]) == (AGENT, AGENT, [AGENT])
    assert (names["user"], names["users"], names["metadata"]) == (USER, [USER], {"k": 1})
    assert (names["session"]["id"], names["settings"]) == ("s", {"model": "m"})
    alone = context().names([], None)
    assert (alone["user"], alone["users"]) == (None, [])
    assert "metadata" not in alone


def test_templates_see_no_keys_of_tools() -> None:
    """Visitors can ask for what is in them."""
    tools: Any = context().names([], None)["tools"]
    assert [tool["name"] for tool in tools] == ["f", "s"]
    assert tools[0]["function"] == SPEC
    assert "s3cret" not in repr(tools)


def test_templates_see_each_document_once() -> None:
    """The best first, each with its pieces in their own order."""
    docs = [piece("b", 2), piece("a", 1), piece("b", 0)]
    seen: Any = context().names(docs, None)["docs"]
    assert [(doc["title"], doc["content"]) for doc in seen] == [("B", ["b0", "b2"]), ("A", ["a1"])]


@pytest.mark.parametrize(("own", "used"), [(None, "default"), ("", "default"), ("own", "own")])
def test_a_session_may_have_a_template_of_its_own(own: str | None, used: str) -> None:
    """Else it is the agent's."""
    assert context(system_template=own).template() == used


def prompt(**request: Any) -> Prompt:
    """A request that is ready."""
    body = {"messages": [{"role": "user", "content": "hi"}], **request}
    asked = attrs.evolve(context(), settings={"model": "m", "top_p": 1})
    tools: Any = [FUNCTION, CALL]
    told: Any = [{"role": "system", "content": "be kind"}, {"role": "user", "content": "hi"}]
    return Prompt(asked, CHAT.read(body), told, told[1:], [], tools)


@pytest.mark.parametrize(
    ("asked", "choice"),
    [
        (None, {}),
        ("auto", {"tool_choice": "auto"}),
        (
            {"function": {"name": "f"}},
            {"tool_choice": {"type": "function", "function": {"name": "f"}}},
        ),
    ],
)
def test_a_model_is_asked_with_settings_and_functions(asked: Any, choice: Any) -> None:
    """Other tools are run here, or by nobody."""
    offered: Any = {**SPEC, "description": "", "parameters": {"type": "object", "properties": {}}}
    told = prompt(tool_choice=asked)
    assert told.for_model() == {
        "model": "m",
        "top_p": 1,
        "messages": told.messages,
        "tools": [{"type": "function", "function": offered}],
        **choice,
    }
    assert told.context.model == "m"


class Model:
    """A model that says the same in pieces as in whole.

    Attributes:
        closed: how many streams were.
    """

    def __init__(self, *deltas: Any, finish: str | None = "stop", fails: bool = False) -> None:
        self._deltas = deltas
        self._finish = finish
        self._fails = fails
        self.closed = 0

    async def complete(self, request: Any) -> Any:
        """Say all at once."""
        del request
        if self._fails:
            raise ModelFailed("no")
        text = "".join(delta.get("content") or "" for delta in self._deltas)
        message = {"role": "assistant", "content": text}
        choice = {"index": 0, "finish_reason": self._finish, "logprobs": None, "message": message}
        return {"choices": [choice], "usage": {"total_tokens": 3}}

    async def stream(self, request: Any) -> Any:
        """Say it piece by piece."""
        del request
        try:
            for delta in self._deltas:
                yield self._chunk(delta, None)
                if self._fails:
                    raise ModelFailed("no")
            yield self._chunk({}, self._finish)
        finally:
            self.closed += 1

    def _chunk(self, delta: Any, finish: str | None) -> Any:
        return {
            "choices": [{"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}]
        }


class Prompts:
    """What prepares requests, with one that is ready."""

    def __init__(self, ready: Prompt) -> None:
        self._ready = ready

    async def prepare(self, session_id: str, body: Any) -> Prompt:
        """Give it."""
        del session_id, body
        return self._ready


@pytest.fixture
def store(store: Store) -> Store:
    """A store with a session."""
    session: Any = {"id": "s", "created_at": "then", "updated_at": "then"}
    store.sessions.insert(session)
    return store


def chatted(store: Store, model: Model, most: int = 99, **request: Any) -> Any:
    """The answer, or so many events of it."""
    parts: Any = Prompts(prompt(**request)), model

    async def play() -> Any:
        answer: Any = await Chat(store, *parts).chat("s", {})
        if not request.get("stream"):
            return answer
        events: list[Any] = []
        async for event in answer:
            events.append(event)
            if len(events) == most:
                break
        await answer.aclose()
        return events

    return anyio.run(play)


def kept(store: Store) -> list[Any]:
    """What the history has, by source."""
    past: Any = History(store).past("s")
    return [(entry["source"], entry["content"][0]["text"]) for entry in past]


BOTH = [("api_request", "hi"), ("api_response", "hello you")]
SAYING: Any = ({"role": "assistant"}, {"content": "hello"}, {"content": " you"})


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("save", [False, True])
def test_an_answer_is_kept_unless_it_is_not_to_be(store: Store, stream: bool, save: bool) -> None:
    """With what it answers, whole or in a stream."""
    chatted(store, Model(*SAYING), stream=stream, save=save)
    assert kept(store) == (BOTH if save else [])


def test_an_answer_has_the_form_of_the_api(store: Store) -> None:
    """With fields that are always null."""
    answer = chatted(store, Model(*SAYING))
    (choice,) = answer["choices"]
    assert (choice["finish_reason"], choice["tool_calls"], answer["usage"]) == (
        "stop",
        None,
        {"total_tokens": 3},
    )
    nothing = dict.fromkeys(("name", "tool_calls", "tool_call_id", "created_at", "id"))
    assert choice["message"] == {"role": "assistant", "content": "hello you", **nothing}
    assert (answer["jobs"], answer["docs"]) == ([], [])


def test_a_model_that_fails_leaves_nothing(store: Store) -> None:
    """Before its first word it is a status, in a stream too."""
    for stream in (False, True):
        with pytest.raises(ModelFailed):
            chatted(store, Model({"role": "assistant"}, fails=True), stream=stream)
    assert kept(store) == []


def test_an_answer_that_breaks_off_is_none(store: Store) -> None:
    """What it was to answer stays."""
    with pytest.raises(ModelFailed):
        chatted(store, Model({"content": "hel"}, fails=True), stream=True)
    assert kept(store) == [("api_request", "hi")]


@pytest.mark.parametrize(("most", "answers"), [(1, 0), (3, 0), (4, 1)])
def test_who_hangs_up_ends_the_model(store: Store, most: int, answers: int) -> None:
    """What was said to its end by then is kept."""
    model = Model(*SAYING)
    assert len(chatted(store, model, most, stream=True)) == most
    assert model.closed == 1
    assert len(kept(store)) == 1 + answers


def test_a_stream_without_an_end_is_given_one(store: Store) -> None:
    """And told its use of tokens."""
    events = chatted(store, Model(*SAYING, finish=None), stream=True)
    assert events[-1]["choices"][0]["finish_reason"] == "stop"
    assert events[-1]["usage"]["total_tokens"] > 0
    assert kept(store) == BOTH

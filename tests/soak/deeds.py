"""What clients do all the time, each with a look at what came of it."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeAlias
from uuid import uuid4

from julep import APIConnectionError, APIError, APITimeoutError, JulepError, NotFoundError
from tests.conftest import AnyClient, Face

from .server import KEY

FOLDER: Final = Path(__file__).parent.parent.parent / "examples" / "handbook"
STEPS: Final[list[dict[str, Any]]] = [
    {"tool": "double", "arguments": {"number": "$ _.n"}},
    {"set": {"doubled": "$ _"}},
    {"wait_for_input": {"info": {"ask": "$ state.doubled.result"}}},
    {"foreach": {"in": "$ range(3)", "do": {"evaluate": {"n": "$ _"}}}},
    {
        "evaluate": {
            "doubled": "$ state.doubled.result",
            "said": "$ outputs[2].said",
            "count": "$ len(_)",
        }
    },
]
DOUBLE: Final[dict[str, Any]] = {"name": "double", "type": "function", "function": {}}
PLAIN: Final[list[dict[str, Any]]] = [
    {"over": "$ range(_.n)", "map": {"evaluate": {"square": "$ _ * _"}}},
    {"evaluate": {"sum": "$ sum([one.square for one in _])"}},
]


class Place(NamedTuple):
    """Where a worker works, on its own.

    Attributes:
        face: How it calls.
        url: Of the server.
        client: Its client.
        agent: Its agent.
        waits: A task that calls a function, and waits.
        plain: A task that does neither.
        chance: What it decides by.
    """

    face: Face
    url: str
    client: AnyClient
    agent: Any
    waits: Any
    plain: Any
    chance: random.Random


Deed: TypeAlias = Callable[[Place], Awaitable[None]]


async def prepared(face: Face, url: str, client: AnyClient, number: int) -> Place:
    """Make what a worker works with."""
    call = face.call
    patient = client.with_options(max_retries=20)
    agent = await call(patient.agents.create, name=f"Worker {number}", idempotent=True)
    create = patient.tasks.create
    waits = await call(create, agent, name="Wait", main=STEPS, tools=[DOUBLE], idempotent=True)
    plain = await call(create, agent, name="Plain", main=PLAIN, idempotent=True)
    return Place(face, url, client, agent, waits, plain, random.Random(number))


def is_explained(error: Exception) -> bool:
    """Whether a fault that was meant can be the reason of an error."""
    if isinstance(error, APIError):
        return "Fault on purpose" in str(error)
    return isinstance(error, APIConnectionError) and not isinstance(error, APITimeoutError)


async def deleted(place: Place, method: Callable[..., Any], thing: Any) -> None:
    """Delete something; a repeat of a delete whose answer was lost finds it gone."""
    with suppress(NotFoundError):
        await place.face.call(method, thing)


async def _write(place: Place) -> None:
    """What was answered is there once; what was not is there once at most."""
    tag, users, answered = uuid4().hex, place.client.users, False
    try:
        await place.face.call(users.create, name="Ada", metadata={"tag": tag})
        answered = True
    finally:
        found = await place.face.take(users.list(metadata_filter={"tag": tag}))
        assert len(found) in ({1} if answered else {0, 1}), f"{len(found)} users of one call"
        for user in found:
            await deleted(place, users.delete, user)


async def _chat(place: Place) -> None:
    """Each answered turn is in the history, in whole; none is there twice, and no half of one.

    Of a stream that broke off the question is kept, and no answer.
    """
    face, sessions, texts = place.face, place.client.sessions, [uuid4().hex for _ in range(3)]
    session = await face.call(sessions.create, agent=place.agent, idempotent=True)
    is_stream = [place.chance.random() < 0.5 for _ in texts]
    answered = [
        await _is_answered(place, session, *turn) for turn in zip(texts, is_stream, strict=True)
    ]
    history = await face.call(sessions.history, session)
    said = [entry.text for entry in history.entries]
    for text, streamed, was_answered in zip(texts, is_stream, answered, strict=True):
        counts = said.count(text), said.count(f"heard {text}")
        half = {(1, 0)} if streamed else set[tuple[int, int]]()
        allowed = {(1, 1)} if was_answered else {(0, 0), (1, 1), *half}
        assert counts in allowed, f"a turn is there {counts} times"
    await deleted(place, sessions.delete, session)


async def _is_answered(place: Place, session: Any, text: str, is_stream: bool) -> bool:
    chat, face = place.client.sessions.chat, place.face
    try:
        if not is_stream:
            answer = (await face.call(chat, session, text)).text
        else:
            async with face.inside(chat.stream(session, text)) as chunks:
                answer = "".join(chunk.text or "" for chunk in await face.take(chunks))
    except JulepError as error:
        if not is_explained(error):
            raise
        return False
    assert answer == f"heard {text}", f"another answer: {answer!r}"
    return True


async def _tool(place: Place) -> None:
    """A function that the model calls is called once."""
    calls: list[int] = []

    def add(a: int, b: int) -> int:
        calls.append(a + b)
        return a + b

    sessions, face = place.client.sessions, place.face
    session = await face.call(sessions.create, agent=place.agent, idempotent=True)
    try:
        answer = await face.call(sessions.chat, session, "add 3 4", tools=[add])
        assert (answer.text, calls) == ("the sum is 7", [7])
    finally:
        assert calls in ([], [7]), "a function was called twice"
        await deleted(place, sessions.delete, session)


async def _task(place: Place) -> None:
    """A run calls its function once, asks once, and gives what it should."""
    calls: list[int] = []
    asked: list[Any] = []

    def double(number: int) -> int:
        calls.append(number)
        return number * 2

    def answer(question: dict[str, Any]) -> dict[str, Any]:
        asked.append(question["ask"])
        return {"said": "yes"}

    number = place.chance.randrange(1000)
    try:
        run = await place.face.call(
            place.client.tasks.run, place.waits, input={"n": number}, tools=[double], answer=answer
        )
        assert run.output == {"doubled": number * 2, "said": "yes", "count": 3}, run.output
        assert (calls, asked) == ([number], [number * 2])
    finally:
        assert len(calls) <= 1, "a function was called twice"
        assert len(asked) <= 1, "a question was asked twice"


async def _map(place: Place) -> None:
    """Each item of a map is done once."""
    inputs = [{"n": number} for number in range(5)]
    runs = await place.face.take(place.client.tasks.map(place.plain, inputs, concurrency=3))
    sums = sorted(done.run.output["sum"] for done in runs)
    assert sums == [0, 0, 1, 5, 14], sums


async def _docs(place: Place) -> None:
    """A folder becomes as many documents, also when it is added again, and they are found."""
    agents, face = place.client.agents, place.face
    agent = await face.call(agents.create, name="Librarian", idempotent=True)
    for _ in range(2):
        added = await face.call(agents.docs.add, agent, FOLDER, glob="*.txt", prune=True)
        docs = await face.take(agents.docs.list(agent))
        assert len(docs) == len(list(FOLDER.glob("*.txt"))), added
    found = await face.call(agents.docs.search, agent, text="garden", limit=1)
    assert "garden" in found.docs[0].text.lower()
    await deleted(place, agents.delete, agent)


async def _file(place: Place) -> None:
    """A file comes back as it went."""
    files, face = place.client.files, place.face
    content = place.chance.randbytes(place.chance.randrange(1, 200_000))
    file = await face.call(files.upload, content, name=f"soak_{uuid4().hex}")
    with tempfile.TemporaryDirectory() as folder:
        copy = await face.call(files.download, file, to=Path(folder) / "copy")
        assert copy.read_bytes() == content, "a file came back as another one"
    await deleted(place, files.delete, file)


async def _list(place: Place) -> None:
    """Lists in small pages have their own worker's executions once each."""
    executions = place.client.executions.list(place.plain, page_size=7, limit=30)
    ids = [execution.id for execution in await place.face.take(executions)]
    assert len(ids) == len(set(ids))


async def _dropped(place: Place) -> None:
    """A client may be made, used and dropped without a word."""
    client = type(place.client)(base_url=place.url, api_key=KEY)
    agent = await place.face.call(client.agents.get, place.agent)
    assert agent.id == place.agent.id


DEEDS: Final[Sequence[Deed]] = (
    _write,
    _chat,
    _chat,
    _tool,
    _task,
    _map,
    _docs,
    _file,
    _list,
    _dropped,
)

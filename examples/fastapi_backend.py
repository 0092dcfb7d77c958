"""A web backend whose agent's answers stream into browsers, with FastAPI.

Start it in this folder with `uvicorn fastapi_backend:app` (`pip install fastapi uvicorn`), and talk to it:

    curl -X POST localhost:8000/sessions
    curl -N localhost:8000/sessions/ID/answers --json '{"text": "When are you open on Friday?"}'

Several workers share one server: start `julep serve` beside them, and name it by `JULEP_BASE_URL` and
`JULEP_API_KEY`. The tests are in `test_fastapi_backend.py`.
"""

import json
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager
from typing import Annotated, Any, cast
from uuid import UUID

from _shared import MODEL, connect_async
from fastapi import Depends, FastAPI, HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel, Field
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from julep import (
    Agent,
    AsyncJulep,
    Entry,
    JulepError,
    NotFoundError,
    RateLimitError,
    Session,
)

log = logging.getLogger("backend")
AT_ONCE = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}  # or nginx keeps events back
MOST_SENT = 50_000  # bytes of a body, which is read before anything in it is looked at
HOURS = {"friday": "9 to 17", "sunday": "closed"}


def opening_hours(day: str) -> str:
    """Tell when the library is open on a day of the week.

    Args:
        day: The day, in English.
    """
    return HOURS.get(day.lower(), "9 to 20")


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncGenerator[dict[str, Any]]:
    """Make one client for all visitors, and an agent that is there only once."""
    async with connect_async() as julep:
        porter = await julep.agents.ensure("porter", name="Porter", model=MODEL)
        yield {"julep": julep, "porter": porter}


async def the_client(request: Request) -> AsyncJulep:
    """Give an endpoint the client."""
    return cast("AsyncJulep", request.state.julep)


async def the_porter(request: Request) -> Agent:
    """Give an endpoint the agent."""
    return cast("Agent", request.state.porter)


Client = Annotated[AsyncJulep, Depends(the_client)]
Porter = Annotated[Agent, Depends(the_porter)]


class Question(BaseModel):
    """What a visitor asks."""

    text: Annotated[str, Field(min_length=1, max_length=4000)]


class Events(StreamingResponse):
    """Events for a browser, whose status is sent when the first of them is there.

    So what goes wrong before it has a status of its own, and only what goes wrong after it is an event.
    A browser that goes away, before or after, cancels what the events come from: the model's call.
    """

    media_type = "text/event-stream"
    failure: JulepError | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, unless it failed before it began: that is for the handler of errors."""
        await super().__call__(scope, receive, send)
        if self.failure is not None:
            raise self.failure

    async def stream_response(self, send: Send) -> None:
        """Wait for the first event, and send all of them."""
        async with aclosing(cast("AsyncGenerator[str]", self.body_iterator)) as events:
            try:
                first = await anext(events)
            except JulepError as error:
                self.failure = error
                return
            self.body_iterator = told_to_the_end(first, events)
            await super().stream_response(send)


async def told_to_the_end(first: str, others: AsyncGenerator[str]) -> AsyncGenerator[str]:
    """Give the events; an answer that breaks off ends in an event that says so."""
    yield first
    try:
        async for one in others:
            yield one
    except JulepError as error:
        log.warning("an answer broke off: %s", error)
        yield event("error", "The answer broke off. Please ask again.")


def event(kind: str, data: object) -> str:
    """Write an event as browsers read it; JSON has no line breaks, which would end it."""
    return f"event: {kind}\ndata: {json.dumps(data)}\n\n"


class ShortBodies:
    """Refuses bodies that nobody needs, before they fill the memory."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count what arrives."""
        left = MOST_SENT

        async def counted() -> Message:
            nonlocal left
            message = await receive()
            left -= len(message.get("body", b""))
            if left < 0:
                raise HTTPException(413, "That is too long.")
            return message

        await self.app(scope, counted, send)


app = FastAPI(title="Library", lifespan=lifespan)
app.add_middleware(ShortBodies)


@app.post("/sessions", status_code=201, response_model_include={"id", "created_at"})
async def begin(julep: Client, porter: Porter) -> Session:
    """Begin a conversation. Whoever knows its id can go on with it."""
    # What visitors write is no template: it could show what the agent knows of itself.
    return await julep.sessions.create(agent=porter, render_templates=False)


@app.get("/sessions/{session_id}/entries", response_model_exclude_none=True)
async def entries(session_id: UUID, julep: Client) -> list[Entry]:
    """Tell what was said in a conversation."""
    return (await julep.sessions.history(session_id)).entries


@app.post("/sessions/{session_id}/answers", response_class=Events)
async def answer(session_id: UUID, question: Question, julep: Client) -> Events:
    """Answer in events: `text` for each piece, and `end` or `error`."""
    return Events(written(julep, session_id, question.text), headers=AT_ONCE)


async def written(julep: AsyncJulep, session_id: UUID, question: str) -> AsyncGenerator[str]:
    """Have the model answer, and give what it writes while it does."""
    chat = julep.sessions.chat
    async with chat.stream(session_id, question, tools=[opening_hours]) as chunks:
        async for chunk in chunks:
            if chunk.text:
                yield event("text", chunk.text)
        yield event("end", chunks.finish_reason)


@app.exception_handler(RequestValidationError)
async def refused(_: Request, error: RequestValidationError) -> Response:
    """Tell visitors what is wrong with a request, without what they sent: that may be no text at all."""
    told = [{"loc": one["loc"], "msg": one["msg"]} for one in error.errors()]
    return JSONResponse({"detail": told}, 422)


@app.exception_handler(JulepError)
async def failed(_: Request, error: JulepError) -> Response:
    """Tell visitors what is their affair, and the log everything."""
    log.warning("no answer: %s", error)
    if isinstance(error, NotFoundError):
        return JSONResponse({"detail": "There is no such conversation."}, 404)
    if isinstance(error, RateLimitError):
        return JSONResponse({"detail": "Too many questions. Please wait."}, 429)
    return JSONResponse({"detail": "The library can't answer now."}, 502)

"""One operation against one fault, on one face; and what came of it."""

from __future__ import annotations

import gc
import sys
import time
import traceback
import warnings
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from typing import Any, Final

import attrs

from julep import JulepError
from tests.conftest import KEY, Face
from tests.wire import Connection, Seen, Wire, answering

from .kinds import Fault
from .operations import AGENT, ID, Operation

FACES: Final = ("sync", "asyncio", "trio")
MOST_BYTES: Final = 1_000_000


@attrs.define
class Outcome:
    """What came of a call.

    Attributes:
        result: `success`, or the name of an exception's class.
        foreign: An exception that is none of the SDK's, with its traceback.
        repeats: How often the call was sent again though it may have been done.
        seconds: How long it took.
        is_usable: Whether the client made its next call.
        shown_key: Whether the key is in the error's text.
        value: What the call gave.
        lost: What was done and is not to be had any more, in words.
        noise: Warnings, and errors that nobody could catch.
    """

    result: str = "success"
    foreign: str | None = None
    repeats: int = 0
    seconds: float = 0.0
    is_usable: bool = False
    shown_key: bool = False
    value: Any = None
    lost: str = ""
    noise: list[str] = attrs.field(factory=list[str])


@attrs.frozen
class Patience:
    """How long to wait, and how often to try.

    Attributes:
        timeout: The client's own.
        max_retries: The client's own.
        slack: Seconds that a busy machine may take besides.
    """

    timeout: float = 0.5
    max_retries: int = 2
    slack: float = 0.25

    def allows(self, seconds: float, operation: Operation, fault: Fault) -> bool:
        """Whether a call ended in time; for streams, silence is what is limited."""
        if fault.is_looked_up or (operation.is_stream and fault.never_silent):
            return True
        budget = self.timeout * (2 if operation.is_stream else 1)
        return seconds <= budget + self.slack


def outcome_of(face: str, operation: Operation, fault: Fault, patience: Patience) -> Outcome:
    """Make a call, and then another one to the same server when it is well again."""
    outcome = Outcome()
    runner = Face(face)

    async def run() -> None:
        with Wire(_answers(operation, fault)) as server:
            if fault.on_accept:
                server.greet = lambda connection: fault.answer(connection, NOBODY, operation)
            client = runner.client(
                base_url=server.url,
                timeout=patience.timeout,
                max_retries=patience.max_retries,
                max_response_bytes=MOST_BYTES,
            )
            await attempt(lambda: operation.call(runner, client), outcome)
            outcome.repeats = _repeats(server, operation, fault)
            server.hung_up.set()
            server.greet = None
            server.answer = answering(AGENT)
            await ask_again(runner, client, ID, outcome)

    runner.run(run, {})
    return outcome


NOBODY: Final[Any] = None


def _answers(operation: Operation, fault: Fault) -> Any:
    def answer(connection: Connection, seen: Seen) -> object:
        return fault.answer(connection, seen, operation)

    return answer


async def attempt(call: Callable[[], Awaitable[Any]], outcome: Outcome) -> None:
    """Make a call, and note what comes of it."""
    start = time.monotonic()
    try:
        outcome.value = await call()
    except JulepError as error:
        outcome.result = type(error).__name__
        outcome.shown_key = KEY in f"{error}{vars(error)}"
    except Exception as error:  # noqa: BLE001 - to find these is what this is for
        outcome.result = type(error).__name__
        outcome.foreign = "".join(traceback.format_exception(error))
    outcome.seconds = time.monotonic() - start


def _repeats(server: Wire, operation: Operation, fault: Fault) -> int:
    """How often work was sent again to a server that did not refuse it."""
    if operation.is_repeatable or fault.is_refusal:
        return 0
    methods = {"POST"} if fault.moves_all_but_posts else {"POST", "PUT"}
    return max(0, sum(seen.method in methods for seen in server.seen) - 1)


async def ask_again(face: Face, client: Any, agent_id: str, outcome: Outcome) -> None:
    """Note whether the client makes its next call, on a server that is well."""
    # A connection that the server closes at this very moment may still look like an open one.
    again = client.with_options(timeout=10, max_retries=1)
    try:
        outcome.is_usable = (await face.call(again.agents.get, agent_id)).id == agent_id
    except Exception as error:  # noqa: BLE001 - whatever it is, the client is not usable
        outcome.noise.append(f"the next call: {error!r}")


@contextmanager
def listening(outcome: Outcome) -> Generator[None]:
    """Note what is said where nobody can catch it."""
    before = sys.unraisablehook
    sys.unraisablehook = lambda args: outcome.noise.append(f"unraisable: {args.exc_value!r}")
    try:
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            yield
            gc.collect()
        outcome.noise.extend(f"warning: {one.message}" for one in said)
    finally:
        sys.unraisablehook = before


def sound(operation: Operation) -> Fault:
    """A server that does nothing wrong, to see that the operation works at all."""

    def answer(connection: Connection, _: Seen, it: Operation) -> None:
        start = f"HTTP/1.1 200 OK\r\nContent-Type: {it.media_type}\r\n"
        body = it.body()
        connection.send(f"{start}Content-Length: {len(body)}\r\n\r\n".encode() + body)

    return Fault(answer)

"""Whatever goes wrong and for how long: a call keeps to its time, its retries, and what it may repeat."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from itertools import pairwise
from typing import Any, NamedTuple
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from julep import APIConnectionError, APITimeoutError, JulepError, Request
from julep._engine import Engine
from julep._exchange import Outgoing
from julep._faces import drive
from julep._options import resolve
from julep._reply import Reply
from julep._retry import LONGEST_RETRY_AFTER
from julep.resources.agents import Agents
from tests.conftest import KEY, URL

from . import examples


class Fault(NamedTuple):
    """What comes of one attempt.

    Attributes:
        takes: Seconds until it comes.
        status: Of the answer; 0 for a connection that breaks before the request has arrived, 1 for one
            that breaks afterwards.
        wish: What `Retry-After` says, if anything.
        late: Seconds by which the wait after it is longer than asked for, as waits are on busy machines.
    """

    takes: float
    status: int
    wish: str | None
    late: float

    def outcome(self) -> Reply:
        """The answer, if there is one."""
        if self.status < 100:
            raise APIConnectionError("broke", delivered=self.status == 1)
        headers = {} if self.wish is None else {"retry-after": self.wish}
        return Reply(self.status, headers, b'{"id": "a1", "name": "n"}', URL)

    @property
    def wished(self) -> float:
        """Seconds that the answer asks to wait."""
        return 0.0 if self.status < 100 or self.wish in {None, "soon"} else float(self.wish or 0)

    @property
    def may_have_arrived(self) -> bool:
        """Whether the server may have begun to do what was asked."""
        return not (
            self.status in {0, 429} or (self.status == 503 and self.wish not in {None, "soon"})
        )


class Sent(NamedTuple):
    """An attempt: when, with how much time, and what came of it."""

    at: float
    left: float | None
    fault: Fault


class World:
    """A transport whose time passes only as the script says."""

    def __init__(self, script: Sequence[Fault]) -> None:
        self.script = iter(script)
        self.now = 0.0
        self.sent: list[Sent] = []

    def clock(self) -> float:
        """The time."""
        return self.now

    async def send(self, outgoing: Outgoing) -> Reply:
        """Answer as the script says, or run out of time."""
        fault = next(self.script)
        self.sent.append(Sent(self.now, outgoing.timeout, fault))
        if outgoing.timeout is not None and fault.takes > outgoing.timeout:
            self.now += outgoing.timeout
            raise APITimeoutError("too late", delivered=fault.status != 0)
        self.now += fault.takes
        return fault.outcome()

    async def sleep(self, seconds: float) -> None:
        """Let time pass, and a little more."""
        self.now += seconds + self.sent[-1].fault.late


SECONDS = st.sampled_from([0.0, 0.0, 0.1, 1.0, 5.0, 29.0, 100.0])
FAULTS = st.builds(
    Fault,
    SECONDS,
    st.sampled_from([0, 1, 200, 404, 408, 409, 429, 429, 500, 500, 503, 503, 503]),
    st.sampled_from([None, None, "0", "0.5", "7", "30", "31", "3600", "soon"]),
    st.sampled_from([0.0, 0.01, 2.0, 30.0]),
)
REQUESTS = {"read": Agents.get(None, "a1"), "write": Agents.create(None, name="n")}


def called(world: World, request: Request[Any], retries: int, timeout: float | None) -> None:
    """Let an engine make a call in a world."""
    transport: Any = world
    options = resolve(api_key=KEY, base_url=URL, max_retries=retries, timeout=timeout)
    with mock.patch("time.monotonic", world.clock), suppress(JulepError):
        drive(Engine(transport, options).call(request))


@pytest.mark.parametrize("kind", REQUESTS)
@examples(200)
@given(
    faults=st.lists(FAULTS, min_size=6, max_size=6),
    retries=st.integers(0, 5),
    timeout=st.sampled_from([None, 1.0, 5.0, 31.0, 100.0]),
)
def test_a_call_keeps_to_what_was_promised(
    kind: str, faults: Sequence[Fault], retries: int, timeout: float | None
) -> None:
    """Its time and its retries in all; what the server may have begun is never sent again."""
    world = World(faults)
    called(world, REQUESTS[kind], retries, timeout)
    assert 1 <= len(world.sent) <= retries + 1
    for one in world.sent:
        assert (one.left is None) is (timeout is None)
        if timeout is not None and one.left is not None:
            assert one.left > 0
            assert one.at + one.left <= timeout + 1e-6
    for one, following in pairwise(world.sent):
        assert kind == "read" or not one.fault.may_have_arrived
        assert one.fault.status not in {200, 400, 404, 409}
        waited = following.at - one.at - one.fault.takes - one.fault.late
        assert one.fault.wished - 1e-6 <= waited <= LONGEST_RETRY_AFTER + 1e-6
    if timeout is not None:
        assert world.now <= timeout + world.sent[-1].fault.late + 1e-6

"""What is sent again, and what never is."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pytest_httpx import HTTPXMock

from julep import APIConnectionError, APIError, APITimeoutError, JulepError, Request
from julep._documents.search import search_request
from julep._reply import Reply
from julep._retry import LONGEST_TOLD, Retry, backoff, is_unclear, retry_after
from julep.resources.agents import Agents, replacement
from julep.resources.any_docs import Docs
from julep.resources.docs import AgentDocs
from julep.resources.executions import Executions
from julep.resources.sessions import Sessions
from julep.resources.tasks import Tasks

from .conftest import URL, Face
from .test_descriptions import chat

# Answers that ask for a repeat do so at once, so that no test waits.
AT_ONCE = {"retry-after-ms": "1"}
STEPS: list[Any] = [{"evaluate": {"x": "1"}}]

REPEATABLE: list[Request[Any]] = [
    Agents.get(None, "a1"),
    replacement("a1", {"name": "n"}),
    Tasks.update(None, "a1", "t1", name="n"),
    Agents.delete(None, "a1"),
    Agents.create_or_update(None, "a1", name="n"),
    Tasks.create_or_update(None, "a1", "t1", name="n", main=STEPS),
    search_request("/agents/a1/search", "x", {}),
    Docs.embed(None, text="x"),
    Executions.cancel(None, "e1"),
]
ONCE: list[Request[Any]] = [
    Agents.create(None, name="n"),
    Sessions.create(None, agent="a1"),
    AgentDocs.create(None, "a1", title="t", content="c"),
    chat("hi"),
    Tasks.create(None, "a1", name="n", main=STEPS),
    Executions.create(None, "t1", input={}),
    Executions.resume(None, "e1", input={}),
    Executions.update(None, "e1", status="running"),
    Executions.resume_with_task_token(None, task_token="t"),
]


def named(value: Any) -> str | None:
    """The name of a case."""
    return f"{value.method} {value.path}" if isinstance(value, Request) else None


async def attempts(face: Face, request: Request[Any], max_retries: int = 2, **options: Any) -> int:
    """How often a call was sent before it failed, as its error tells."""
    client = face.client(max_retries=max_retries, **options)
    with pytest.raises(JulepError) as caught:
        await face.call(client.send, request)
    error: Any = caught.value
    return int(error.attempts)


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
@pytest.mark.parametrize("request_", REPEATABLE, ids=named)
async def test_what_is_safe_to_repeat_is_repeated(
    face: Face, request_: Request[Any], status: int, httpx_mock: HTTPXMock
) -> None:
    """Reads, overwrites, merges and deletes are sent again when the server is in trouble."""
    httpx_mock.add_response(status_code=status, headers=AT_ONCE, is_reusable=True)
    assert await attempts(face, request_) == 3
    assert len(httpx_mock.get_requests()) == 3


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 422])
async def test_what_would_fail_again_is_not_repeated(
    face: Face, status: int, httpx_mock: HTTPXMock
) -> None:
    """A lasting error is raised at once."""
    httpx_mock.add_response(status_code=status, headers=AT_ONCE)
    assert await attempts(face, REPEATABLE[0]) == 1


@pytest.mark.parametrize("status", [408, 500, 502, 504])
@pytest.mark.parametrize("request_", ONCE, ids=named)
async def test_work_is_never_doubled(
    face: Face, request_: Request[Any], status: int, httpx_mock: HTTPXMock
) -> None:
    """A create, chat, start or resume that may have been done is not sent again."""
    httpx_mock.add_response(status_code=status, headers=AT_ONCE)
    assert await attempts(face, request_) == 1


@pytest.mark.parametrize("kind", [httpx.ReadError, httpx.ReadTimeout, httpx.WriteError])
@pytest.mark.parametrize("request_", ONCE, ids=named)
async def test_work_that_may_have_arrived_is_never_doubled(
    face: Face, request_: Request[Any], kind: type[Exception], httpx_mock: HTTPXMock
) -> None:
    """A connection that breaks after sending leaves it open whether the work was done."""
    httpx_mock.add_exception(kind("broke"))
    assert await attempts(face, request_) == 1


@pytest.mark.parametrize("status", [None, 302, 408, 502, 503, 504])
async def test_the_error_says_if_work_may_have_been_done(
    face: Face, status: int | None, httpx_mock: HTTPXMock
) -> None:
    """By its words, and what to do; what changes nothing needs no such words."""
    for _ in range(4):
        if status is None:
            httpx_mock.add_exception(httpx.ReadError("it broke"))
        else:
            httpx_mock.add_response(status_code=status)
    client = face.client(max_retries=0)
    with pytest.raises(JulepError, match="may have been done all the same: look before"):
        await face.call(client.agents.create, name="Ada")
    with pytest.raises(JulepError, match="may have been done; sending it again is harmless"):
        await face.call(client.agents.delete, "a1")
    for read in (Agents.get(None, "a1"), search_request("/agents/a1/search", "x", {})):
        with pytest.raises(JulepError) as failed:
            await face.call(client.send, read)
        assert "may have been done" not in str(failed.value)


@pytest.mark.parametrize("lost", [httpx.ReadError("it broke"), 502])
@pytest.mark.parametrize(
    ("last", "says"),
    [
        (httpx.ConnectError("nobody there"), "sending it again is harmless"),
        (400, "sending it again is harmless"),
        (503, "sending it again is harmless"),
        (404, "an attempt before, whose answer was lost, may have deleted it"),
    ],
)
async def test_attempts_before_the_last_count_too(
    face: Face, lost: Any, last: Any, says: str, httpx_mock: HTTPXMock
) -> None:
    """What one of them may have done is told, whatever became of the last."""
    for outcome in (lost, last):
        if isinstance(outcome, Exception):
            httpx_mock.add_exception(outcome)
        else:
            httpx_mock.add_response(status_code=outcome, headers=AT_ONCE)
    with pytest.raises(JulepError, match=says) as told:
        await face.call(face.client(max_retries=1).agents.delete, "a1")
    error: Any = told.value
    assert is_unclear(error)


async def test_what_no_attempt_did_is_not_told(face: Face, httpx_mock: HTTPXMock) -> None:
    """A delete that was turned away before finds what was never there."""
    httpx_mock.add_response(status_code=503, headers=AT_ONCE)
    httpx_mock.add_response(status_code=404)
    with pytest.raises(APIError) as told:
        await face.call(face.client(max_retries=1).agents.delete, "a1")
    assert "may have" not in str(told.value)


@pytest.mark.parametrize(
    ("status", "headers"), [(400, {}), (409, {}), (429, AT_ONCE), (500, {}), (503, AT_ONCE)]
)
async def test_what_the_server_says_itself_is_believed(
    face: Face, status: int, headers: dict[str, str], httpx_mock: HTTPXMock
) -> None:
    """An error of its own leaves nothing open, nor does its word that it did not begin."""
    httpx_mock.add_response(status_code=status, headers=headers, is_reusable=True)
    with pytest.raises(APIError) as caught:
        await face.call(face.client(max_retries=2).agents.create, name="Ada")
    assert "may have been done" not in str(caught.value)
    assert not caught.value.maybe_done


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("request_", ONCE, ids=named)
async def test_work_that_was_turned_away_is_sent_again(
    face: Face, request_: Request[Any], status: int, httpx_mock: HTTPXMock
) -> None:
    """A server that is too busy says so before it begins."""
    httpx_mock.add_response(status_code=status, headers=AT_ONCE, is_reusable=True)
    assert await attempts(face, request_) == 3


def test_503_without_a_wait_does_not_prove_that_nothing_was_done() -> None:
    """Only with `Retry-After` is a create worth another try after 503."""
    assert Retry(2, repeatable=False).pause(1, Reply(503, {}, b"", URL)) is None
    assert Retry(2, repeatable=True).pause(1, Reply(503, {}, b"", URL)) is not None


@attrs.frozen
class Failing:
    """What a decision about retries is asked with."""

    repeatable: bool
    delivered: bool


@pytest.mark.parametrize(
    ("case", "is_repeated"),
    [
        (Failing(repeatable=True, delivered=True), True),
        (Failing(repeatable=True, delivered=False), True),
        (Failing(repeatable=False, delivered=False), True),
        (Failing(repeatable=False, delivered=True), False),
    ],
)
def test_failures_before_delivery_are_always_repeated(case: Failing, is_repeated: bool) -> None:
    """Without an answer, what counts is whether the server may have seen the request."""
    for failure in (APIConnectionError, APITimeoutError):
        outcome = failure("broke", delivered=case.delivered)
        pause = Retry(2, case.repeatable).pause(1, outcome)
        assert (pause is not None) is is_repeated


async def test_a_call_that_succeeds_later_is_a_success(face: Face, httpx_mock: HTTPXMock) -> None:
    """The answer of the second attempt is what the caller gets."""
    httpx_mock.add_response(status_code=500, headers=AT_ONCE)
    httpx_mock.add_response(json={"id": "a1", "name": "Ada"})
    agent = await face.call(face.client(max_retries=1).agents.get, "a1")
    assert agent.name == "Ada"


async def test_retries_can_be_switched_off(face: Face, httpx_mock: HTTPXMock) -> None:
    """`max_retries=0` sends once."""
    httpx_mock.add_response(status_code=500, headers=AT_ONCE)
    assert await attempts(face, REPEATABLE[0], max_retries=0) == 1


async def test_a_request_may_insist(face: Face, httpx_mock: HTTPXMock) -> None:
    """A number of retries on the request itself counts for any method, as documented."""
    httpx_mock.add_response(status_code=409, headers=AT_ONCE, is_reusable=True)
    insisting = ONCE[0].with_options({"max_retries": 1})
    assert await attempts(face, insisting) == 2


async def test_the_deadline_bounds_all_attempts(face: Face, httpx_mock: HTTPXMock) -> None:
    """A wait that would outlast `timeout` is not begun: the error is raised at once."""
    httpx_mock.add_response(status_code=503, headers={"retry-after": "29"})
    assert await attempts(face, REPEATABLE[0], timeout=20) == 1


async def test_the_error_says_how_often_it_was_tried(face: Face, httpx_mock: HTTPXMock) -> None:
    """The text of the last error counts the attempts."""
    httpx_mock.add_response(status_code=500, headers=AT_ONCE, is_reusable=True)
    with pytest.raises(APIError, match=r"\[3 attempts\]"):
        await face.call(face.client(max_retries=2).agents.get, "a1")


def test_no_more_than_the_given_number() -> None:
    """The attempt after the last retry is the end."""
    retry = Retry(2, repeatable=True)
    reply = Reply(500, {}, b"", URL)
    assert [retry.pause(attempt, reply) is None for attempt in (1, 2, 3)] == [False, False, True]


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after-ms": "250"}, 0.25),
        ({"retry-after-ms": "1.5", "retry-after": "9"}, 0.0015),
        ({"retry-after-ms": "soon", "retry-after": "9"}, 9.0),
        ({"retry-after": "0"}, 0.0),
        ({"retry-after": " 2.5 "}, 2.5),
        ({"retry-after": "-1"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": ""}, None),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0.0),
        ({}, None),
    ],
)
def test_retry_after_is_read_in_all_its_forms(
    headers: Mapping[str, str], seconds: float | None
) -> None:
    """Milliseconds come first, then seconds or a date; a date in the past means now."""
    assert retry_after(headers) == seconds


FORMS = {
    "fixdate": "%a, %d %b %Y %H:%M:%S GMT",
    "RFC 850": "%A, %d-%b-%y %H:%M:%S GMT",
    "asctime": "%a %b %d %H:%M:%S %Y",
    "another zone": "%a, %d %b %Y %H:%M:%S -0000",
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_date_to_come_is_so_many_seconds_away(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each form of an HTTP date is GMT, whatever the clock of this machine shows."""
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        date = (datetime.now(UTC) + timedelta(hours=1)).strftime(form)
        assert retry_after({"retry-after": date}) == pytest.approx(3600, abs=60)
    finally:
        monkeypatch.undo()
        time.tzset()


DATES = st.builds(
    "Mon, {} Jan {} 00:00:{} {}".format,
    st.integers(0, 40),
    st.integers(0, 10**20),
    st.integers(0, 10**12),
    st.sampled_from(["GMT", "-0000", "+9999", "-" + "9" * 50]),
)
NUMBERS = st.integers().map(str) | st.floats().map(str) | st.just("9" * 400)


@given(st.text() | DATES | NUMBERS)
@example("x, 1 Jan 99999999999999999999 00:00:00 GMT")
def test_no_retry_after_is_too_strange(text: str) -> None:
    """Any text is a number of seconds from none to a year, or nothing."""
    for name in ("retry-after", "retry-after-ms"):
        seconds = retry_after({name: text})
        assert seconds is None or 0 <= seconds <= LONGEST_TOLD


def test_a_wish_that_is_too_long_is_left_to_the_caller() -> None:
    """More than half a minute is not waited; who insists waits as long as usual instead."""
    reply = Reply(429, {"retry-after": "31"}, b"", URL)
    assert Retry(2, repeatable=True).pause(1, reply) is None
    pause = Retry(2, repeatable=True, insisting=True).pause(1, reply)
    assert pause is not None
    assert pause <= 0.5


def test_the_longest_wish_that_is_heeded() -> None:
    """Half a minute exactly is waited, a little more is not."""
    retry = Retry(1, repeatable=True)
    assert retry.pause(1, Reply(429, {"retry-after": "30"}, b"", URL)) == 30
    assert retry.pause(1, Reply(429, {"retry-after": "30.001"}, b"", URL)) is None


def test_the_wish_of_the_server_comes_first() -> None:
    """`Retry-After` replaces the wait of our own."""
    assert Retry(2, repeatable=True).pause(1, Reply(500, {"retry-after": "7"}, b"", URL)) == 7


@given(st.integers(1, 60))
def test_waits_grow_to_a_limit_and_are_spread(attempt: int) -> None:
    """Each wait is at most twice the one before, at most ten seconds, at least three quarters."""
    full = min(0.5 * 2 ** (attempt - 1), 10)
    assert 0.75 * full <= backoff(attempt) <= full

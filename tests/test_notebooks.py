"""What notebooks show: complete HTML that stays text, whatever is in it."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

import httpx
import pytest
from pytest_httpx import HTTPXMock

from julep import (
    AddedDocs,
    Agent,
    AsyncJulep,
    Doc,
    DocSearchResponse,
    Done,
    Execution,
    History,
    Julep,
    Run,
    Session,
    SkippedText,
    Task,
    Transition,
    Turn,
)
from julep._codec import structure
from julep._runs.batch_items import failed
from julep.types import Results
from julep.types.turns import Answer, Call

from .conftest import ADA, KEY, URL, Face
from .test_chat_stream import chunk, streamed

ATTACK = """<script>alert(1)</script><img src=x onerror="alert(1)">'"&amp;]]>--></td></table>\x1b\u202e"""
ALLOWED = {"div", "span", "strong", "code", "table", "tr", "th", "td"}


class Reader(HTMLParser):
    """Reads HTML as a browser does: what of it is elements, and what is text.

    Attributes:
        elements: The names of all elements.
        attributes: The names of all attributes.
        text: All text, without the elements.
        open: The elements that are not closed.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.elements.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close an element, which has to be the innermost one."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Note text."""
        self.text += f"{data} "

    def handle_comment(self, data: str) -> None:
        """Refuse what no text should become."""
        raise AssertionError(data)

    def handle_decl(self, decl: str) -> None:
        """Refuse it as well."""
        raise AssertionError(decl)


def read(html: str | None) -> Reader:
    """What a notebook shows, checked to be whole and harmless."""
    assert html is not None
    html.encode()
    reader = Reader(html)
    assert reader.open == []
    assert reader.elements <= ALLOWED
    assert reader.attributes <= {"style"}
    assert reader.text.replace("\n", "").replace("\t", "").isprintable()
    return reader


def agent(text: str) -> Agent:
    """An agent whose every text is given."""
    return structure({**ADA, "name": text, "about": text, "metadata": {text: text}}, Agent)


def answer(text: str) -> Answer:
    """An answer with documents, tool calls and tokens."""
    call = {"id": "1", "type": "function", "function": {"name": text, "arguments": text}}
    said = {"role": "assistant", "content": text, "tool_calls": [call]}
    piece = {"index": 0, "content": text}
    doc = {"id": "d", "title": text, "owner": {"id": "a", "role": "agent"}, "snippets": [piece]}
    choice = {"message": said, "finish_reason": text}
    given = {"id": "c", "choices": [choice], "docs": [doc], "usage": {"total_tokens": 12}}
    return structure(given, Answer)


def answer_with_turns(text: str) -> Answer:
    """An answer that functions were called for."""
    made = answer(text)
    called = Call(text, {text: text}, state="done", result=text)
    made.turns = [Turn(text, [called, Call(text, state="failed", error=text)]), Turn(text)]
    return made


def history(text: str) -> History:
    """A conversation."""
    entries = [
        {"id": "1", "role": text, "name": text, "content": text, "source": "api_request"},
        {"id": "2", "role": "user", "content": {text: text}, "source": "api_request"},
    ]
    return structure({"session_id": text, "entries": entries}, History)


def found(text: str) -> DocSearchResponse:
    """What a search found."""
    return DocSearchResponse(docs=answer(text).docs)


def task(text: str) -> Task:
    """A task with a second workflow."""
    main = [{"evaluate": {text: text}, "label": text}, {"if": text, "then": {"log": text}}]
    return structure({"id": "t", "name": text, "main": main, text: [{"log": text}]}, Task)


def execution(text: str) -> Execution:
    """An execution that failed."""
    given = {"id": "e", "task_id": "t", "status": text, "input": {text: text}, "error": text}
    return structure({**given, "output": [text], text: text}, Execution)


def run(text: str) -> Run[Any]:
    """A run of three transitions."""
    steps = [
        {
            "type": "step",
            "output": {text: text},
            "current": {"workflow": text, "step": number},
            "step_label": text,
            "created_at": f"2026-11-25T12:00:0{number}Z",
        }
        for number in range(3)
    ]
    return Run(execution(text), None, structure(steps, list[Transition]), 2.0)


def doc(text: str) -> Doc:
    """A document."""
    return structure({"id": "d", "title": text, "content": text}, Doc)


SHOWN: dict[str, Callable[[str], Any]] = {
    "agent": agent,
    "answer": answer,
    "answer with turns": answer_with_turns,
    "history": history,
    "entry": lambda text: history(text).entries[0],
    "search": found,
    "hit": lambda text: found(text).docs[0],
    "task": task,
    "execution": execution,
    "run": run,
    "steps": lambda text: run(text).steps,
    "done": lambda text: Done({text: text}, run(text)),
    "failed": lambda text: Done({text: text}, run(text), error=ValueError(text)),
    "results": lambda text: Results([Done({text: text}, run(text))]),
    "failures": lambda text: Results([failed({text: text}, ValueError(text))]),
    "added": lambda text: AddedDocs([doc(text)], skipped=[SkippedText(text, text)]),
}
KINDS = pytest.mark.parametrize("make", SHOWN.values(), ids=SHOWN)


@KINDS
def test_hostile_text_stays_text(make: Callable[[str], Any]) -> None:
    """Whatever a field holds, it is read, and is no element, attribute or control character."""
    shown = read(make(ATTACK)._repr_html_())
    assert "<script>alert(1)</script>" in shown.text
    assert r"\x1b\u202e" in shown.text


@KINDS
def test_what_is_huge_is_shortened(make: Callable[[str], Any]) -> None:
    """A notebook stays small, however large a field is."""
    assert len(make("<&\"'" * 500_000)._repr_html_()) < 1_000_000


def test_an_answer_has_its_text_first_and_below_it_what_led_to_it() -> None:
    """Text, calls, documents and tokens, in this order."""
    made = answer_with_turns("Hello")
    made.docs[0].title = "Cats"
    text = read(made._repr_html_()).text
    assert text.startswith("Hello")
    assert text.index("tool") < text.index("Cats") < text.index("12 total tokens")


async def test_a_stream_is_what_was_said(face: Face, httpx_mock: HTTPXMock) -> None:
    """A stream shows the text that has come, with what it cost; before, there is nothing to show."""
    said = chunk({"role": "assistant", "content": ATTACK}, "stop", usage={"total_tokens": 5})
    stream = streamed(face, httpx_mock, said)
    assert stream._repr_html_() is None
    await face.take(stream)
    shown = read(stream._repr_html_())
    assert "<script>alert(1)</script>" in shown.text
    assert "5 total tokens" in shown.text


def test_added_documents_are_counted_and_named() -> None:
    """What was written is named, what was there already is only counted."""
    text = read(AddedDocs([doc("Cats")], unchanged=[doc("Dogs")])._repr_html_()).text
    assert "1 added" in text
    assert "1 unchanged" in text
    assert "Cats" in text
    assert "Dogs" not in text


def test_an_execution_says_how_it_ended_and_why() -> None:
    """Its status and time stand first; an error that servers give twice is there once."""
    ended = execution("failed")
    ended.output = ended.error = "division by zero"
    ended.created_at, ended.updated_at = (
        datetime(2026, 1, 1, 12, 0, at, tzinfo=UTC) for at in (0, 3)
    )
    text = read(ended._repr_html_()).text
    assert " ".join(text.split()).startswith("Execution failed in 3.00 s error division by zero")
    assert text.count("division by zero") == 1


def test_a_task_shows_its_steps_as_they_are_written() -> None:
    """Keys of steps that are words of Python have no underscore."""
    text = read(task("x")._repr_html_()).text
    assert "'if': 'x'" in text
    assert "if_" not in text


def test_outputs_of_a_time_line_are_short() -> None:
    """Each takes a line or two, however much it holds."""
    made = run("x")
    made.transitions[0].output = {str(number): "word " * 100 for number in range(100)}
    assert len(read(made._repr_html_()).text) < 1500


def test_a_run_has_a_time_line() -> None:
    """Each transition says how long it took since the one before."""
    text = read(run("x")._repr_html_()).text
    assert text.count("1.00 s") == 2
    assert "x[2] 'x'" in text


def test_results_of_many_runs_are_a_table() -> None:
    """Each input has a row: what it gave, or what went wrong."""
    good, bad = Done({"n": 1}, run("x")), failed({"n": 2}, ValueError("no such n"))
    text = read(Results([good, bad])._repr_html_()).text
    assert text.startswith("Runs  2 done (1 failed) input status took output {'n': 1} x 2.00 s")
    assert "{'n': 2} failed ValueError: no such n" in text


def test_times_of_any_year_make_a_time_line() -> None:
    """What a server says of times may be odd: without a zone, of the first year, or not there."""
    made = run("x")
    made.transitions[0].created_at = datetime.min  # noqa: DTZ901 - that is the test
    made.transitions[2].created_at = None
    assert "x[2] 'x'" in read(made._repr_html_()).text


def test_secrets_stay_hidden_and_small_things_are_text() -> None:
    """What `repr` hides, HTML hides; where it would add nothing there is none."""
    made = agent("Ada")
    made.default_system_template = "hunter2"
    assert "hunter2" not in read(made._repr_html_()).text
    assert Turn("hi")._repr_html_() is None


@pytest.fixture
def client() -> Julep:
    """A blocking client."""
    return Julep(api_key=KEY, base_url=URL, max_retries=0)


@pytest.mark.parametrize("form", ["list", "page"])
def test_a_list_is_a_table_of_its_first_page(
    client: Julep, httpx_mock: HTTPXMock, form: str
) -> None:
    """A list fetches its first page when a notebook shows it; a page is there."""
    hostile = {**ADA, "name": ATTACK}
    httpx_mock.add_response(json={"items": [ADA, hostile, {**ADA, "id": "a2", "novel": 1}]})
    agents = client.agents.list()
    shown = read((agents.items if form == "page" else agents)._repr_html_())
    assert "table" in shown.elements
    assert "name id novel" in shown.text
    assert shown.text.startswith("Agents")
    assert "<script>" not in shown.text  # the second is the first one again
    assert len(httpx_mock.get_requests()) == 1


def test_listed_transitions_are_a_time_line(client: Julep, httpx_mock: HTTPXMock) -> None:
    """They tell step and output, oldest first in whichever order a server lists them."""
    listed = [one.to_dict() for one in run("x").transitions]
    httpx_mock.add_response(json={"items": listed[::-1]})
    httpx_mock.add_response(json={"items": listed})
    texts = [read(client.executions.transitions.list("e1")._repr_html_()).text for _ in range(2)]
    assert texts[0] == texts[1]
    assert "x[2] 'x'" in texts[0]


def test_what_has_no_name_is_headed_by_its_kind() -> None:
    """Nothing empty stands before it."""
    session = structure({"id": "s1", "created_at": "2026-11-25T12:00:00Z"}, Session)
    assert "<strong></strong>" not in str(session._repr_html_())
    assert read(session._repr_html_()).text.startswith("Session")


def test_a_list_of_hostile_items_stays_text(client: Julep, httpx_mock: HTTPXMock) -> None:
    """Names of fields and what they hold are text in tables too."""
    httpx_mock.add_response(json={"items": [{**ADA, "name": ATTACK, ATTACK: ATTACK}]})
    assert "<script>alert(1)</script>" in read(client.agents.list()._repr_html_()).text


def test_a_list_that_cannot_be_fetched_says_why(client: Julep, httpx_mock: HTTPXMock) -> None:
    """An error is text in the place of the table, and shows no key."""
    httpx_mock.add_response(status_code=401, json={"error": {"message": f"{ATTACK} {KEY}"}})
    shown = read(client.agents.list()._repr_html_())
    assert "AuthenticationError" in shown.text
    assert KEY not in shown.text


def test_a_slow_server_holds_a_notebook_for_seconds_only(
    client: Julep, httpx_mock: HTTPXMock
) -> None:
    """Showing a list asks for an answer within 5 seconds, whatever the client's own timeout is."""

    def answer_as_told(request: httpx.Request) -> httpx.Response:
        limits = request.extensions["timeout"].values()
        assert max(limit for limit in limits if limit is not None) <= 5
        return httpx.Response(200, json={"items": []})

    httpx_mock.add_callback(answer_as_told)
    start = time.monotonic()
    assert "0 on this page" in read(client.agents.list()._repr_html_()).text
    assert time.monotonic() - start < 5


def test_an_awaited_list_says_that_it_is_awaited() -> None:
    """Where nothing can be fetched without `await`, nothing is."""
    agents = AsyncJulep(api_key=KEY, base_url=URL).agents.list()
    assert "await" in read(agents._repr_html_()).text

"""What an editor shows of the SDK, through pyright's language server."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, Self

import pytest

SERVER: Final = shutil.which("pyright-langserver", path=str(Path(sys.executable).parent))
pytestmark = pytest.mark.skipif(SERVER is None, reason="pyright-langserver is not installed")

CALLS: Final = """\
from julep import AsyncJulep, Julep

def blocking(client: Julep) -> None:
    client.agents.create(name="n")
    client.sessions.chat("id", "hi")

async def awaiting(aclient: AsyncJulep) -> None:
    await aclient.agents.create(name="n")
    await aclient.sessions.chat("id", "hi")
"""

QUOTES: Final = [
    ('client.sessions.chat("id", {"│"})', {"role", "content", "continue"}),
    ('client.sessions.chat("id", [{"│"}])', {"role", "content", "tool_call_id"}),
    ('aclient.sessions.chat.stream("id", [{"│"}])', {"role", "content"}),
    ('client.sessions.render("id", [{"role": "│"}])', {"user", "assistant", "system"}),
    ('client.sessions.chat("id", [{"role": "user", "content": [{"│"}]}])', {"image_url", "text"}),
    ('aclient.agents.create(name="n", default_settings={"│"})', {"temperature", "top_p"}),
    ('client.agents.update("id", default_settings={"│"})', {"temperature", "top_p"}),
    ('client.sessions.chat("id", "hi", response_format={"│"})', {"type", "json_schema"}),
    ('client.sessions.chat("id", "hi", response_format={"type": "│"})', {"text", "json_schema"}),
    ('client.sessions.create(agent="id", recall_options={"│"})', {"mode", "limit"}),
    ('client.agents.tools.create("id", name="n", function={"│"})', {"description", "parameters"}),
    ('client.agents.tools.create("id", name="n", type="│")', {"function", "api_call"}),
    ('client.agents.tools.create("id", name="n", api_call={"│"})', {"method", "url", "headers"}),
    ('client.agents.tools.create("id", name="n", system={"operation": "│"})', {"list", "chat"}),
    ('client.agents.tools.create("id", name="n", integration={"provider": "│"})', {"brave"}),
    ('aclient.agents.tools.ensure("id", [{"│"}])', {"name", "type", "function", "system"}),
    ('client.sessions.chat("id", "hi", tools=[{"│"}])', {"name", "type", "function"}),
    ('client.sessions.chat("id", "hi", tool_choice="│")', {"auto", "none"}),
    (
        'client.sessions.chat("id", "hi", tool_choice={"type": "function", "function": {"│"}})',
        {"name"},
    ),
    (
        'client.tasks.create("id", name="n", main=[{"│"}])',
        {"prompt", "if", "map", "return", "label"},
    ),
    ('client.tasks.create("id", name="n", main=[{"prompt": "p", "│"}])', {"settings", "unwrap"}),
    ('client.tasks.create("id", name="n", main=[{"prompt": [{"│"}]}])', {"role", "content"}),
    ('client.tasks.create("id", name="n", main=[{"prompt": "p", "settings": {"│"}}])', {"model"}),
    (
        'client.tasks.create("id", name="n", main=[{"if": "_", "then": {"│"}}])',
        {"evaluate", "tool"},
    ),
    ('client.tasks.create("id", name="n", main=[{"foreach": {"│"}}])', {"in", "do"}),
    ('client.tasks.create("id", name="n", main=[{"foreach": {"in": "_", "do": {"│"}}}])', {"log"}),
    ('client.tasks.create("id", name="n", main=[{"switch": [{"│"}]}])', {"case", "then"}),
    ('client.tasks.create("id", name="n", main=[{"parallel": [{"│"}]}])', {"workflow", "sleep"}),
    ('client.tasks.create("id", name="n", main=[{"sleep": {"│"}}])', {"seconds", "days"}),
    ('client.tasks.create("id", name="n", main=[{"search": {"│"}}])', {"text", "limit"}),
    ('client.tasks.create("id", name="n", main=[], tools=[{"│"}])', {"name", "type", "system"}),
    ('client.tasks.create("id", {"│"})', {"name", "main", "input_schema"}),
    ('client.tasks.create("id", {"main": [{"│"}]})', {"evaluate", "parallel"}),
    ('client.tasks.ensure("key", "id", name="n", main=[{"│"}])', {"evaluate", "parallel"}),
    ('client.agents.ensure("key", name="n", default_settings={"│"})', {"temperature"}),
    ('aclient.tasks.create("id", name="n", main=[], other=[{"│"}])', {"evaluate", "tool"}),
    ('client.tasks.reset("id", "id", main=[{"│"}])', {"evaluate", "tool"}),
    ('client.tasks.update("id", "id", main=[{"│"}])', {"evaluate", "tool"}),
    ('client.tasks.update("id", "id", tools=[{"│"}])', {"name", "api_call"}),
    ('client.sessions.create(agent="id", context_overflow="│")', {"truncate", "adaptive"}),
    ('client.agents.list(direction="│")', {"asc", "desc"}),
    ('client.agents.list(sort_by="│")', {"created_at", "updated_at"}),
    ('client.agents.docs.search("id", text="x", mode="│")', {"text", "vector", "hybrid"}),
    ('client.executions.wait("id", until="│")', {"end", "input"}),
    ('client.tasks.map("id", [], on_error="│")', {"raise", "collect"}),
    ('client.sessions.chat("id", "hi", on_tool_error="│")', {"tell", "raise"}),
    ('client.executions.get("id").status == "│"', {"succeeded", "awaiting_input"}),
]
"""Calls with the place of the cursor, and what is offered there."""
KEYS: Final = [
    ('client.sessions.chat("id", [{"role│": "user"}])', "Who speaks."),
    ('client.tasks.create("id", name="n", main=[{"prompt": "p", "unwrap│": True}])', "text alone"),
    ('client.agents.create(name="n", default_settings={"top_p│": 1})', "probability mass"),
]
"""The same, and what is shown over the key there."""
PROGRAM: Final = f"""\
{CALLS}
async def quotes(client: Julep, aclient: AsyncJulep) -> None:
    {"; ".join(call.replace("│", "") for call, _ in [*QUOTES, *KEYS])}
"""

CREATE_SUMMARY: Final = "Create an agent."
CREATE_PARAMETERS: Final = {"name", "about", "model", "instructions", "metadata"}
CHAT_SUMMARY: Final = "Say something in a session and get the agent's answer"
CHAT_PARAMETERS: Final = {"session_id", "messages", "stream"}


class Editor:
    """A client of the language server, with one file open."""

    def __init__(self, file: Path, text: str) -> None:
        assert SERVER is not None
        self._process = subprocess.Popen(
            [SERVER, "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._asked = 0
        self._text = text
        self._uri = file.as_uri()
        folder = {"uri": file.parent.as_uri(), "name": "program"}
        formats = ["markdown", "plaintext"]
        shown = {
            "hover": {"contentFormat": formats},
            "signatureHelp": {"signatureInformation": {"documentationFormat": formats}},
        }
        self._ask(
            "initialize",
            capabilities={"textDocument": shown, "workspace": {"configuration": True}},
            workspaceFolders=[folder],
        )
        self._send(method="initialized", params={})
        opened = {"uri": self._uri, "languageId": "python", "version": 1, "text": text}
        self._send(method="textDocument/didOpen", params={"textDocument": opened})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with self._process:
            self._process.kill()

    def hover(self, call: str) -> str:
        """What is shown over the last name of a call, written up to its parenthesis."""
        return str(self._at("textDocument/hover", call, -1)["contents"]["value"])

    def signature(self, call: str) -> dict[str, Any]:
        """What is shown while the arguments of a call are written."""
        found = self._at("textDocument/signatureHelp", call, +1)
        signature: dict[str, Any] = found["signatures"][found.get("activeSignature") or 0]
        return signature

    def hovered_at(self, call: str) -> str:
        """What is shown where a call has its cursor."""
        found = self._ask_at("textDocument/hover", self._cursor(call))
        return str(found["contents"]["value"]) if found else ""

    def completed(self, call: str) -> set[str]:
        """What is offered where a call has its cursor, between quotes."""
        found = self._ask_at("textDocument/completion", self._cursor(call))
        return {item["label"].strip('"') for item in found["items"]}

    def _cursor(self, call: str) -> int:
        before, _, after = call.partition("│")
        return self._text.index(before + after) + len(before)

    def _at(self, method: str, call: str, shift: int) -> dict[str, Any]:
        return self._ask_at(method, self._text.index(call + "(") + len(call) + shift)

    def _ask_at(self, method: str, at: int) -> dict[str, Any]:
        before = self._text[:at]
        place = {"line": before.count("\n"), "character": at - (before.rfind("\n") + 1)}
        return self._ask(method, textDocument={"uri": self._uri}, position=place)

    def _ask(self, method: str, **params: Any) -> dict[str, Any]:
        self._asked += 1
        self._send(id=self._asked, method=method, params={"processId": None, **params})
        while True:
            message = self._receive()
            if "method" not in message and message["id"] == self._asked:
                result: dict[str, Any] = message["result"]
                return result
            if "method" in message and "id" in message:
                self._answer(message)

    def _answer(self, question: dict[str, Any]) -> None:
        is_settings = question["method"] == "workspace/configuration"
        settings = [{"pythonPath": sys.executable}] * len(question["params"].get("items", []))
        self._send(id=question["id"], result=settings if is_settings else None)

    def _send(self, **message: Any) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self._process.stdin.flush()

    def _receive(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        length = 0
        while header := self._process.stdout.readline().strip():
            name, _, value = header.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        message: dict[str, Any] = json.loads(self._process.stdout.read(length))
        return message


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    """An editor with the program open; starting one takes seconds, so the tests share it."""
    file = tmp_path_factory.mktemp("program") / "program.py"
    file.write_text(PROGRAM, encoding="utf-8")
    with Editor(file, PROGRAM) as editor:
        yield editor


@pytest.mark.parametrize("client", ["client", "aclient"])
@pytest.mark.parametrize(
    ("method", "summary"),
    [("agents.create", CREATE_SUMMARY), ("sessions.chat", CHAT_SUMMARY)],
)
def test_hovering_shows_the_docstring(
    editor: Editor, client: str, method: str, summary: str
) -> None:
    """The first line of the documentation appears over a method, on both faces."""
    assert summary in editor.hover(f" {client}.{method}")


@pytest.mark.parametrize("client", ["client", "aclient"])
@pytest.mark.parametrize(
    ("method", "summary", "parameters"),
    [
        ("agents.create", CREATE_SUMMARY, CREATE_PARAMETERS),
        ("sessions.chat", CHAT_SUMMARY, CHAT_PARAMETERS),
    ],
)
def test_writing_a_call_shows_its_parameters(
    editor: Editor, client: str, method: str, summary: str, parameters: set[str]
) -> None:
    """Parameters and documentation appear while a call is written, on both faces."""
    signature = editor.signature(f" {client}.{method}")
    shown = {parameter["label"].partition(":")[0] for parameter in signature["parameters"]}
    assert parameters <= shown
    assert summary in signature["documentation"]["value"]


@pytest.mark.parametrize(("client", "kind"), [("client", "-> Agent"), ("aclient", "Coroutine[")])
def test_writing_a_call_shows_what_it_gives(editor: Editor, client: str, kind: str) -> None:
    """The awaiting face shows a coroutine, and the blocking one the agent itself."""
    assert kind in editor.signature(f" {client}.agents.create")["label"]


@pytest.mark.parametrize(("call", "offered"), QUOTES, ids=[call for call, _ in QUOTES])
def test_quotes_are_completed(editor: Editor, call: str, offered: set[str]) -> None:
    """Keys of dicts and known words are offered between quotes, though plain mappings are taken."""
    assert offered <= editor.completed(call)


@pytest.mark.parametrize(("call", "text"), KEYS, ids=[call for call, _ in KEYS])
def test_hovering_over_a_key_shows_what_it_means(editor: Editor, call: str, text: str) -> None:
    """A sentence appears over a key of a dict that stands in a call."""
    assert text in editor.hovered_at(call)

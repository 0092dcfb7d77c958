"""A server outside, whose answers are what a workflow waits for: each first call of a key hangs."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Gate:
    """What was asked of it: of `GET /<key>`, and of `POST /v1/chat/completions` by the last message.

    The first call of a key is held and never answered, so whoever made it can be killed in the
    middle of it; later calls are answered.

    Attributes:
        calls: how often each key was asked for.
    """

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self._held = 0
        self._news = threading.Condition()
        self._closed = threading.Event()

    def enter(self, key: str) -> bool:
        """Count a call, and hold it if it is the first; whether it is to be answered."""
        with self._news:
            self.calls[key] += 1
            first = self.calls[key] == 1
            self._held += first
            self._news.notify_all()
        if first:
            self._closed.wait()
        return not first

    def wait_for_held(self, count: int) -> None:
        """Return when so many calls are held at once, and hold none of them any more."""
        with self._news:
            self._news.wait_for(lambda: self._held >= count)
            assert self._held == count
            self._held = 0

    def close(self) -> None:
        """Let the threads of held calls end."""
        self._closed.set()


@contextmanager
def open_gate() -> Generator[tuple[Gate, str]]:
    """A gate with its URL."""
    gate = Gate()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            key = self.path.strip("/")
            # What the server asks at its start is no step's call.
            if key == "v1/models":
                self._send({"data": [{"id": "m"}]})
            else:
                self._answer(key, {"key": key})

        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            text = request["messages"][-1]["content"]
            message = {"role": "assistant", "content": text.upper()}
            choice = {"index": 0, "message": message, "finish_reason": "stop"}
            self._answer(text, {"id": "1", "created": 1, "model": "m", "choices": [choice]})

        def _answer(self, key: str, body: dict[str, Any]) -> None:
            if gate.enter(key):
                self._send(body)

        def _send(self, body: dict[str, Any]) -> None:
            content = json.dumps(body).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield gate, f"http://127.0.0.1:{server.server_port}"
        finally:
            gate.close()
            server.shutdown()
            thread.join()

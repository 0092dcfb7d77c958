"""A server of OpenAI's API that answers what a test tells it."""

from __future__ import annotations

import json
import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeAlias, cast

JSON: TypeAlias = dict[str, Any]


class FakeOpenAI:
    """Remembers requests and answers from `answers`, by path.

    Attributes:
        url: what to give as the base URL.
        requests: path, key and body of each request.
        missing: how many more bytes are announced than come, where bytes are sent.
        answers: status and body by path; a list is streamed as events, bytes are sent as they are.
        streamed: by path, the events that answer a request for a stream, where it isn't `answers`.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.missing = 0
        self.streamed: dict[str, list[str]] = {}
        self.requests: list[tuple[str, str | None, JSON]] = []
        self.answers: dict[str, tuple[int, Any]] = {
            "/v1/models": (200, {"data": [{"id": "small"}, {"id": "large"}]}),
            "/v1/chat/completions": (200, completion("hello")),
        }

    def asked(self, path: str) -> list[JSON]:
        """The bodies of the requests for a path."""
        return [body for each, _, body in self.requests if each == path]

    def answer(self, path: str, key: str | None, body: JSON) -> tuple[int, Any]:
        """What is sent back; texts get vectors that tell cats from everything else."""
        self.requests.append((path, key, body))
        if path == "/v1/embeddings" and path not in self.answers:
            vectors = [
                [1.0, 0.0] if "cat" in text.lower() else [0.0, 1.0] for text in body["input"]
            ]
            data = [{"index": at, "embedding": vector} for at, vector in enumerate(vectors)]
            return 200, {"data": data[::-1]}
        if body.get("stream") and path in self.streamed:
            return 200, self.streamed[path]
        return self.answers.get(path, (404, {"error": {"message": "no such route"}}))


def completion(text: str) -> JSON:
    """A chat completion."""
    message = {"role": "assistant", "content": text}
    usage = {"prompt_tokens": 3, "completion_tokens": 1, "total_tokens": 4}
    return {
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": usage,
    }


@contextmanager
def fake_openai() -> Generator[FakeOpenAI]:
    """A running fake."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer({})

        def do_POST(self) -> None:
            self._answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

        def _answer(self, body: JSON) -> None:
            status, content = fake.answer(self.path, self.headers["Authorization"], body)
            self.send_response(status)
            if isinstance(content, bytes) and fake.missing:
                self.send_header("Content-Length", str(len(content) + fake.missing))
            self.end_headers()
            if isinstance(content, bytes):
                self.wfile.write(content)
            elif isinstance(content, list):
                events = cast("list[str]", content)
                self.wfile.write("".join(f"data: {event}\n\n" for event in events).encode())
            else:
                self.wfile.write(json.dumps(content).encode())

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing is worth a line."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        fake = FakeOpenAI(f"http://127.0.0.1:{server.server_port}/v1")
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield fake
        finally:
            server.shutdown()
            thread.join()

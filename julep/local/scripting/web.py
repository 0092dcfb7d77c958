"""What other servers answer to the `api_call` steps and built-in integrations of tasks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from .answers import Answers
from .calls import Calls
from .checks import as_json, check, check_number

_JSON = {"content-type": "application/json"}


class WebAnswer(NamedTuple):
    """What another server answers, or how it isn't reached."""

    status: int
    content: bytes
    headers: Mapping[str, str]
    error: str | None


class _Question(NamedTuple):
    method: str
    url: str

    def fits(self, method: str, url: str) -> bool:
        """Tell whether such a request is meant."""
        if "?" not in self.url:
            url = url.partition("?")[0]
        pattern = ".*".join(map(re.escape, self.url.rstrip("/").split("*")))
        return self.method in {"*", method} and bool(re.fullmatch(pattern, url.rstrip("/")))


class Web:
    """Answers of other servers, for tasks that call them.

    Once something is scripted here, requests that nothing is scripted for fail, and say so: none
    reaches the network.

    Attributes:
        calls: What was sent: `method`, `url`, `headers`, `json` (None if it isn't JSON) and `text`.
    """

    def __init__(self) -> None:
        self.calls: Calls = Calls()
        self._scripted: dict[_Question, Answers[WebAnswer]] = {}

    def add(
        self,
        url: str,
        *,
        method: str = "*",
        json: Any = None,
        content: str | bytes | None = None,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        error: str | None = None,
    ) -> None:
        """Script what a server answers: in order, and the last answer again and again.

        Args:
            url: The address that is asked; `*` stands for any characters. One without a query
                stands for that address with any query.
            method: Which requests: `GET`, `POST` …, or `*` for all.
            json: What it answers, sent as JSON.
            content: What it answers in the place of JSON.
            status: The HTTP status of its answer, 200..599.
            headers: Of its answer.
            error: It isn't reached, with this reason, in the place of an answer.

        Raises:
            TypeError: An argument is of another type, or there are both json and content.
            ValueError: The url has no `http://` or `https://`, or the status is out of its range.
        """
        check("url", url, str, "a text such as 'https://api.example.com/*'")
        check("method", method, str, "a text")
        check("content", content, str | bytes | None, "a text or bytes")
        check("headers", headers, Mapping | None, "a mapping of names and texts")
        check("error", error, str | None, "a text")
        check_number("status", status, int, 200, 599)
        if not url.startswith(("http://", "https://", "*")):
            raise ValueError(f"url must begin with https:// or http://, or be a pattern: {url!r}")
        answer = WebAnswer(status, _body(json, content), _headers(json, headers), error)
        self._scripted.setdefault(_Question(method.upper(), url), Answers()).add(answer)

    def clear(self) -> None:
        """Forget what was scripted; requests go out again."""
        self._scripted.clear()

    def take(self, method: str, url: str) -> WebAnswer | None:
        """Return the next scripted answer to such a request, if it has one."""
        for question, answers in list(self._scripted.items()):
            if question.fits(method, url):
                return answers.take()
        return None

    def unused(self) -> Iterator[str]:
        """Return the answers that were never given, in words."""
        for (method, url), answers in list(self._scripted.items()):
            yield from (f"an answer to {method} {url}" for _ in answers.unused())

    def __len__(self) -> int:
        return len(self._scripted)


def _body(json: Any, content: str | bytes | None) -> bytes:
    if json is not None and content is not None:
        raise TypeError("give json or content, not both")
    if json is not None:
        return as_json("json", json).encode()
    return content.encode() if isinstance(content, str) else content or b""


def _headers(json: Any, given: Mapping[str, str] | None) -> Mapping[str, str]:
    for name, value in (given or {}).items():
        check("a header's name", name, str, "a text")
        check(f"the header {name}", value, str, "a text")
    return {**({} if json is None else _JSON), **(given or {})}

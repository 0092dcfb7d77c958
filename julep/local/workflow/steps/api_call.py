"""Calling other people's HTTP APIs."""

from __future__ import annotations

import base64

from julep.local.transient import OF_CALLS
from julep.local.urls import without_userinfo
from julep.local.workflow.http_checks import mistakes
from julep.local.workflow.http_json import parse
from julep.local.workflow.ports import EffectError, HttpCall, HttpReply
from julep.local.workflow.position import StepError
from julep.local.workflow.run import Run
from julep.types._json import JsonObject, as_object

from .retries import with_retries

_OPTIONS = ("params", "json", "data", "content", "files", "cookies")
_TIMEOUT = 600.0
"""Seconds for the whole call, unless the tool says otherwise: far more than any answer needs, so that a
call that hangs does not hold its execution for ever."""
_KINDS = {
    1: "Informational response",
    3: "Redirect response",
    4: "Client error",
    5: "Server error",
}
_HELP = "https://developer.mozilla.org/en-US/docs/Web/HTTP/Status/"


async def api_call(run: Run, definition: JsonObject, arguments: JsonObject) -> object:
    """Return `{status_code, headers, content, json}` of the answer.

    Raises:
        StepError: The call can't be sent as it is.
        EffectError: There was no answer, or its status is not a success.
    """
    call = _call(definition, arguments)

    async def send() -> HttpReply:
        reply = await run.effects.http(run.execution, call)
        if not 200 <= reply.status_code < 300:
            transient = reply.status_code in OF_CALLS
            raise EffectError(_refusal(reply, call), transient=transient)
        return reply

    reply = await with_retries(run, send)
    return _result(reply, with_content=bool(definition.get("include_response_content", True)))


def _call(definition: JsonObject, arguments: JsonObject) -> HttpCall:
    given = {
        **definition,
        **{name: value for name, value in arguments.items() if value is not None},
    }
    given["json"] = arguments.get("json", arguments.get("json_", definition.get("json")))
    given["timeout"] = definition.get("timeout")
    _refuse_mistakes([given, {"headers": definition.get("headers")}])
    options = {name: given[name] for name in _OPTIONS if given.get(name) is not None}
    if given.get("follow_redirects") is not None:
        options["follow_redirects"] = given["follow_redirects"]
    if given.get("url") is None:
        raise StepError("The api_call has no url: give it in the tool or in the arguments")
    seconds = given["timeout"]
    return HttpCall(
        method=str(given.get("method", "GET")),
        url=str(given["url"]),
        headers=_headers(definition, arguments),
        options=options,
        timeout=float(seconds) if isinstance(seconds, int | float) else _TIMEOUT,
    )


def _headers(definition: JsonObject, arguments: JsonObject) -> dict[str, str]:
    own = as_object(definition.get("headers"))
    given = as_object(arguments.get("headers"))
    # The tool's own ones go before, in whatever case the others are spelt.
    taken = {name.lower() for name in own}
    others = {name: text for name, text in given.items() if name.lower() not in taken}
    return {name: str(text) for name, text in {**others, **own}.items()}


def _refuse_mistakes(parts: list[dict[str, object]]) -> None:
    for name, wrong in (each for part in parts for each in mistakes(part)):
        raise StepError(f"The api_call can't be sent: {name} {wrong}")


def _result(reply: HttpReply, *, with_content: bool) -> object:
    result: JsonObject = {
        "status_code": reply.status_code,
        "headers": dict(reply.headers),
    }
    if with_content:
        result["content"] = base64.b64encode(reply.content).decode()
    return {**result, "json": parse(reply.content)}


def _refusal(reply: HttpReply, call: HttpCall) -> str:
    status = f"{reply.status_code} {reply.reason}".strip()
    kind = _KINDS.get(reply.status_code // 100, "Invalid status code")
    return (
        f"HTTPStatusError: {kind} '{status}' for url '{without_userinfo(reply.url or call.url)}'\n"
        f"For more information check: {_HELP}{reply.status_code}"
    )

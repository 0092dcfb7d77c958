"""Spider: pages of the web as text, their links, pictures of them, and web search."""

from __future__ import annotations

import httpx

from julep.local.fields import (
    Check,
    Field,
    Form,
    Problems,
    described,
    hidden,
    mapping,
    one_of,
    optional,
    problem,
    text,
)
from julep.local.workflow.http_json import parse
from julep.local.workflow.ports import EffectError, HttpReply
from julep.types._json import JsonObject, as_object, is_array, objects

from .built_in import BuiltIn
from .service import Service, read_json

_SECONDS = 600.0  # a crawl answers when all of its pages are there
_SHOWN = 500  # characters of a refusal
_PARTS = ("content", "error", "status", "costs", "url")
_MEDIA = ("application/json", "text/csv", "application/xml", "application/jsonl")


@described(type="string", format="uri")
def _web_address(value: object, loc: str, problems: Problems) -> object:
    """Accept a whole URL; return it with its path, if only a slash."""
    try:
        url = httpx.URL(value if isinstance(value, str) else "")
    except httpx.InvalidURL:
        url = httpx.URL()
    if not (url.scheme and url.host):
        problem(problems, "url_parsing", "Input should be a valid URL", loc, value)
        return value
    return str(url.copy_with(raw_path=url.raw_path))


def _method(route: str, name: str, *, subject: str = "url", check: Check = _web_address) -> BuiltIn:
    """Make an integration of one route of the API.

    Args:
        route: Its path under `/v1/`.
        name: What errors call it.
        subject: What the API calls the argument `url`.
        check: What that must be.
    """

    async def run(service: Service, arguments: JsonObject, setup: JsonObject) -> object:
        headers = {
            "Authorization": f"Bearer {setup['spider_api_key']}",
            "Content-Type": str(arguments["content_type"]),
        }
        body = {subject: arguments["url"], **as_object(arguments["params"])}
        try:
            reply = await service.post(f"/v1/{route}", body, headers)
            return {"result": _pages(reply, route)}
        except EffectError as error:
            raise EffectError(f"Error executing spider method '{name}': {error}") from error

    fields = {
        "url": Field(check),
        "content_type": Field(one_of(*_MEDIA), _MEDIA[0]),
        "params": Field(optional(mapping), None),
    }
    setup = Form[JsonObject]({"spider_api_key": Field(hidden(text(1)))}, secret=True)
    return BuiltIn(run=run, arguments=Form(fields), setup=setup, seconds=_SECONDS)


def _pages(reply: HttpReply, route: str) -> list[JsonObject]:
    if reply.status_code >= 300:
        said = as_object(parse(reply.content)).get("error")
        reason = said or reply.content[:_SHOWN].decode(errors="replace")
        raise EffectError(
            f"Failed to POST to {route}. Status code: {reply.status_code}. Error: {reason}"
        )
    if not reply.content.strip():
        raise EffectError("No results found")
    if not is_array(pages := read_json(reply)):
        raise EffectError("The answer is no list of pages")
    return [{part: page.get(part) for part in _PARTS} for page in objects(pages)]


CRAWL = _method("crawl", "crawl_url")
LINKS = _method("links", "links")
SCREENSHOT = _method("screenshot", "screenshot")
SEARCH = _method("search", "search", subject="search", check=text(1))

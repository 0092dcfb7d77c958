"""Spider: pages of the web as text, their links, pictures of them, and web search."""

from __future__ import annotations

from julep.local.strictness.integration_fields import TAKES
from julep.local.workflow.http_json import parse
from julep.local.workflow.ports import EffectError, HttpReply
from julep.types._json import JsonObject, as_object, is_array, objects

from .built_in import BuiltIn
from .service import Service, read_json

_SECONDS = 600.0  # a crawl answers when all of its pages are there
_SHOWN = 500  # characters of a refusal
_PARTS = ("content", "error", "status", "costs", "url")


def _method(route: str, name: str, *, subject: str = "url") -> BuiltIn:
    """Make an integration of one route of the API.

    Args:
        route: Its path under `/v1/`.
        name: What errors call it.
        subject: What the API calls the argument `url`.
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

    return BuiltIn(run=run, takes=TAKES[f"spider.{route}"], seconds=_SECONDS)


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
SEARCH = _method("search", "search", subject="search")

"""Brave: web search."""

from __future__ import annotations

from julep.local.strictness.integration_fields import TAKES
from julep.local.workflow.ports import EffectError
from julep.types._json import JsonObject, as_array, as_object, objects

from .built_in import BuiltIn
from .service import Service, read_json

_MOST_RESULTS = 3  # as self-hosted servers ask for


async def _search(service: Service, arguments: JsonObject, setup: JsonObject) -> object:
    reply = await service.get(
        "/res/v1/web/search",
        {"q": arguments["query"], "count": _MOST_RESULTS, "extra_snippets": "True"},
        headers={
            "Accept": "application/json",
            "X-Subscription-Token": str(setup["brave_api_key"]),
        },
    )
    if reply.status_code >= 400:
        raise EffectError(f"HTTP error {reply.status_code}")
    web = as_object(as_object(read_json(reply)).get("web"))
    return {"result": [_result(found) for found in objects(web.get("results"))]}


def _result(found: JsonObject) -> JsonObject:
    snippets = [found.get("description"), *as_array(found.get("extra_snippets"))]
    return {
        "title": str(found.get("title") or ""),
        "link": str(found.get("url") or ""),
        "snippet": " ".join(str(snippet) for snippet in snippets if snippet),
    }


SEARCH = BuiltIn(run=_search, takes=TAKES["brave.search"])

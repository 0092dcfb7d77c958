"""Wikipedia: articles of the English one that fit a text."""

from __future__ import annotations

from julep.local.strictness.integration_fields import TAKES
from julep.local.workflow.ports import EffectError
from julep.types._json import JsonObject, as_object, objects

from .built_in import BuiltIn
from .service import Service, read_json

_LONGEST_QUERY = 300
_LONGEST_TEXT = 4_000
# Wikimedia asks programs to say what they are.
_HEADERS = {"User-Agent": "julep-sdk (embedded server; python-httpx)"}


async def _search(service: Service, arguments: JsonObject, _setup: JsonObject) -> object:
    count = arguments["load_max_docs"]
    answer = await _ask(
        service,
        list="search",
        srprop="",
        srlimit=count,
        limit=count,
        srsearch=str(arguments["query"])[:_LONGEST_QUERY],
    )
    found = [str(each["title"]) for each in objects(answer.get("search")) if "title" in each]
    # Three requests are made for each, so the service must not choose how many there are.
    titles = found[: int(str(count))]
    documents = [await _document(service, title) for title in titles]
    return {"documents": [document for document in documents if document]}


async def _document(service: Service, title: str) -> JsonObject | None:
    """Return an article, or None where there is none, or a list of what the title may mean."""
    about = await _page(
        service, title, prop="info|pageprops", inprop="url", ppprop="disambiguation", redirects=""
    )
    if "missing" in about or "disambiguation" in as_object(about.get("pageprops")):
        return None
    start = await _page(service, title, prop="extracts", explaintext="", exintro="")
    whole = await _page(service, title, prop="extracts|revisions", explaintext="", rvprop="ids")
    summary, content = (str(page.get("extract") or "") for page in (start, whole))
    source = str(about.get("fullurl") or "")
    return {
        "id": None,
        "metadata": {"title": title, "summary": summary, "source": source},
        "page_content": content[:_LONGEST_TEXT],
        "type": "Document",
    }


async def _page(service: Service, title: str, **query: object) -> JsonObject:
    answer = await _ask(service, titles=title, **query)
    pages = as_object(answer.get("pages")).values()
    return as_object(next(iter(pages), None))


async def _ask(service: Service, **query: object) -> JsonObject:
    params = {"format": "json", "action": "query", **query}
    reply = await service.get("/w/api.php", params, headers=_HEADERS)
    if reply.status_code >= 400:
        raise EffectError(f"HTTP error {reply.status_code}")
    answer = as_object(read_json(reply))
    if error := as_object(answer.get("error")):
        raise EffectError(f"Wikipedia: {error.get('info') or error.get('code')}")
    return as_object(answer.get("query"))


SEARCH = BuiltIn(run=_search, takes=TAKES["wikipedia.search"])

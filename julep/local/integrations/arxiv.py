"""arXiv: scientific papers that fit a query."""

from __future__ import annotations

import base64
from contextlib import suppress
from datetime import datetime
from xml.etree.ElementTree import (
    Element,
)

import anyio
import anyio.to_thread

from julep.local.strictness.integration_fields import TAKES
from julep.local.workflow.ports import EffectError
from julep.types._json import JsonObject

from .built_in import BuiltIn
from .feed import read_feed
from .service import Service

_PAGE = 100
_SECONDS_BETWEEN_PAGES = 3.0  # as arXiv asks of programs
_SECONDS = 600.0


async def _search(service: Service, arguments: JsonObject, _setup: JsonObject) -> object:
    most = int(str(arguments["max_results"]))
    entries: list[Element] = []
    while len(entries) < most:
        if entries:
            await anyio.sleep(_SECONDS_BETWEEN_PAGES)
        page = await _page(service, arguments, len(entries))
        entries += page
        if len(page) < _PAGE:
            break
    papers = [_paper(entry) for entry in entries[:most]]
    if arguments["download_pdf"]:
        for paper in papers:
            paper["pdf_downloaded"] = await _pdf(service, paper)
    return {"result": papers}


async def _page(service: Service, arguments: JsonObject, start: int) -> list[Element]:
    query = {
        "search_query": arguments["query"],
        "id_list": "",
        "sortBy": arguments["sort_by"],
        "sortOrder": arguments["sort_order"],
        "start": start,
        "max_results": _PAGE,
    }
    reply = await service.get("/api/query", query)
    if reply.status_code != 200:
        raise EffectError(f"Page request resulted in HTTP {reply.status_code} ({reply.url})")
    feed = await anyio.to_thread.run_sync(read_feed, reply.content)
    return feed.findall("entry")


def _paper(entry: Element) -> JsonObject:
    links = entry.findall("link")
    pdfs = (link.get("href") for link in links if link.get("title") == "pdf")
    category = entry.find("primary_category")
    return {
        "entry_id": _text(entry, "id"),
        "title": " ".join(_text(entry, "title").split()),
        "updated": _time(_text(entry, "updated")),
        "published": _time(_text(entry, "published")),
        "authors": [_text(author, "name") for author in entry.findall("author")],
        "summary": _text(entry, "summary").replace("\n", ""),
        "comment": _text(entry, "comment") or None,
        "journal_ref": _text(entry, "journal_ref") or None,
        "doi": _text(entry, "doi") or None,
        "primary_category": None if category is None else category.get("term"),
        "categories": [each.get("term") for each in entry.findall("category")],
        "links": [link.get("href") for link in links],
        "pdf_url": next(pdfs, None),
        "pdf_downloaded": None,
    }


def _text(element: Element, name: str) -> str:
    return (element.findtext(name) or "").strip()


def _time(written: str) -> str:
    with suppress(ValueError):
        return f"{datetime.fromisoformat(written):%Y-%m-%d %H:%M:%S}"
    return written


async def _pdf(service: Service, paper: JsonObject) -> JsonObject | None:
    if not paper["pdf_url"]:
        return None
    reply = await service.get(str(paper["pdf_url"]), {})
    if reply.status_code != 200:
        raise EffectError(f"The PDF is not there: HTTP {reply.status_code} ({reply.url})")
    return {
        "base64": base64.b64encode(reply.content).decode(),
        "mime_type": "application/pdf",
        "title": paper["title"],
    }


SEARCH = BuiltIn(run=_search, takes=TAKES["arxiv.search"], seconds=_SECONDS)

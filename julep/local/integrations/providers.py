"""The integrations that this server runs itself."""

from __future__ import annotations

from collections.abc import Mapping

from . import arxiv, brave, email, spider, weather, wikipedia
from .built_in import BuiltIn

BUILT_IN: Mapping[str, BuiltIn] = {
    "arxiv.search": arxiv.SEARCH,
    "brave.search": brave.SEARCH,
    "email.send": email.SEND,
    "spider.crawl": spider.CRAWL,
    "spider.links": spider.LINKS,
    "spider.screenshot": spider.SCREENSHOT,
    "spider.search": spider.SEARCH,
    "weather.get": weather.GET,
    "wikipedia.search": wikipedia.SEARCH,
}

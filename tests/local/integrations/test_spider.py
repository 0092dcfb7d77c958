"""Pages of the web with Spider."""

from __future__ import annotations

from typing import Any

import pytest

from julep.local.integrations import spider
from julep.local.integrations.providers import BUILT_IN
from julep.local.workflow.ports import EffectError
from tests.local.integrations.conftest import Integrate, asked, service

PAGE = {
    "content": "# Hello",
    "error": None,
    "status": 200,
    "costs": {"total_cost": 0.1},
    "url": "https://x.test/",
}


@pytest.mark.parametrize("method", ["crawl", "links", "screenshot"])
def test_pages_are_read(integrate: Integrate, method: str) -> None:
    """What a task adds goes along; of a page comes what the API promises."""
    assert BUILT_IN[f"spider.{method}"] is getattr(spider, method.upper())
    with service(lambda _: [{**PAGE, "metadata": {}}, {}]) as wire:
        given: Any = {"url": "https://x.test", "params": {"limit": 2, "readability": True}}
        result = integrate(f"spider.{method}", wire.url, given, spider_api_key="k")
        path, _, headers, json = asked(wire.seen[0])
    assert result == {"result": [PAGE, dict.fromkeys(PAGE)]}
    assert path == f"/v1/{method}"
    assert json == {"url": "https://x.test/", "limit": 2, "readability": True}
    assert (headers["Authorization"], headers["Content-Type"]) == ("Bearer k", "application/json")


def test_the_web_is_searched(integrate: Integrate) -> None:
    """For any text, which stands where the address of a page does; the media type is passed on."""
    with service(lambda _: [PAGE]) as wire:
        given = {"url": "what is new?", "content_type": "text/csv"}
        integrate("spider.search", wire.url, given, spider_api_key="k")
        path, _, headers, json = asked(wire.seen[0])
    assert (path, json) == ("/v1/search", {"search": "what is new?"})
    assert headers["Content-Type"] == "text/csv"


@pytest.mark.parametrize(
    ("status", "answer", "message"),
    [
        ("402 Pay", {"error": "no credits"}, "Status code: 402. Error: no credits"),
        ("404 No", b"gone", "Status code: 404. Error: gone"),
        ("200 OK", {"content": 1}, "no list of pages"),
        ("200 OK", b"", "No results found"),
        ("200 OK", b"<html>", "not JSON"),
    ],
)
def test_a_failure_is_told(integrate: Integrate, status: str, answer: Any, message: str) -> None:
    """With the method that failed, and without the key."""
    with (
        service(lambda _: answer, status=status) as wire,
        pytest.raises(
            EffectError, match=f"^Error executing spider method 'crawl_url': .*{message}"
        ),
    ):
        integrate("spider.crawl", wire.url, {"url": "https://x.test"}, spider_api_key="key1")


def test_an_address_is_whole(integrate: Integrate) -> None:
    """Or nothing is sent."""
    with pytest.raises(EffectError, match=r"arguments\.url: Input should be a valid URL"):
        integrate("spider.crawl", "http://127.0.0.1:9", {"url": "x.test"}, spider_api_key="k")

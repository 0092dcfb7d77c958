"""Web search with Brave."""

from __future__ import annotations

import pytest

from julep.local.integrations import brave
from julep.local.integrations.providers import BUILT_IN
from julep.local.workflow.ports import EffectError
from tests.local.integrations.conftest import Integrate, asked, service

PAGE = {"title": "A", "url": "https://a.test", "description": "One", "extra_snippets": ["", "two"]}


def test_pages_are_found(integrate: Integrate) -> None:
    """With what each says, in one text; a page may lack anything."""
    assert BUILT_IN["brave.search"] is brave.SEARCH
    with service(lambda _: {"web": {"results": [PAGE, {}]}}) as wire:
        result = integrate("brave.search", wire.url, {"query": "x y"}, brave_api_key="k")
        path, query, headers, _ = asked(wire.seen[0])
    assert result == {
        "result": [
            {"title": "A", "link": "https://a.test", "snippet": "One two"},
            {"title": "", "link": "", "snippet": ""},
        ]
    }
    assert (path, query) == (
        "/res/v1/web/search",
        {"q": "x y", "count": "3", "extra_snippets": "True"},
    )
    assert headers["X-Subscription-Token"] == "k"


def test_nothing_may_be_found(integrate: Integrate) -> None:
    """Then the list is empty."""
    with service(lambda _: {"type": "search"}) as wire:
        assert integrate("brave.search", wire.url, {"query": "x"}, brave_api_key="k") == {
            "result": []
        }


def test_a_refusal_is_told(integrate: Integrate) -> None:
    """By its status, and so is an answer that is no JSON."""
    with (
        service(lambda _: {}, status="422 No") as wire,
        pytest.raises(EffectError, match=r"^HTTP error 422$"),
    ):
        integrate("brave.search", wire.url, {"query": "x"}, brave_api_key="k")
    with (
        service(lambda _: b"<html>") as wire,
        pytest.raises(EffectError, match=r"not JSON \(at http://127.0.0.1:\d+/res/v1/web/search\)"),
    ):
        integrate("brave.search", wire.url, {"query": "x"}, brave_api_key="k")

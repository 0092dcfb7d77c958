"""Articles of Wikipedia."""

from __future__ import annotations

from typing import Any

import pytest

from julep.local.integrations import wikipedia
from julep.local.integrations.providers import BUILT_IN
from julep.local.workflow.ports import EffectError
from tests.local.integrations.conftest import Asked, Integrate, asked, service

PAGES: dict[str, Any] = {
    "Oslo": {"pageid": 1, "fullurl": "https://en.wikipedia.org/wiki/Oslo"},
    "Mercury": {"pageid": 2, "pageprops": {"disambiguation": ""}},
    "Nowhere": {"missing": ""},
}


def encyclopedia(asked: Asked) -> Any:
    """Answer as the action API does."""
    query = asked.query
    if query.get("list") == "search":
        return {"query": {"search": [{"ns": 0, "title": title} for title in PAGES]}}
    if "info" in query["prop"]:
        return {"query": {"pages": {"1": PAGES[query["titles"]]}}}
    text = "Start." if "exintro" in query else "Start. " + "x" * 5_000
    return {"query": {"pages": {"1": {"extract": text}}}}


def test_articles_are_documents(integrate: Integrate) -> None:
    """Pages that are missing and those that list meanings are left out."""
    assert BUILT_IN["wikipedia.search"] is wikipedia.SEARCH
    with service(encyclopedia) as wire:
        given = {"query": "q" * 400, "load_max_docs": "3"}
        result = integrate("wikipedia.search", wire.url, given)
        path, query, headers, _ = asked(wire.seen[0])
    assert result == {
        "documents": [
            {
                "id": None,
                "metadata": {
                    "title": "Oslo",
                    "summary": "Start.",
                    "source": "https://en.wikipedia.org/wiki/Oslo",
                },
                "page_content": "Start. " + "x" * 3_993,
                "type": "Document",
            }
        ]
    }
    assert (path, query["srsearch"], query["srlimit"]) == ("/w/api.php", "q" * 300, "3")
    assert "julep" in headers["User-Agent"]
    assert len(wire.seen) == 1 + 3 + 1 + 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "arguments.query: Field required"),
        ("text", "arguments.query: Field required"),
        ({"query": 1}, "arguments.query: Input should be a valid string"),
        ({"query": "x", "load_max_docs": 11}, "less than or equal to 10"),
        ({"query": "x", "load_max_docs": "many"}, "valid integer"),
    ],
)
def test_wrong_arguments_are_told(integrate: Integrate, arguments: Any, message: str) -> None:
    """Before anything is sent."""
    with pytest.raises(EffectError, match=message):
        integrate("wikipedia.search", None, arguments)


def test_no_more_articles_are_asked_for_than_are_wanted(integrate: Integrate) -> None:
    """However many the service names."""

    def answer(_: Asked) -> Any:
        return {"query": {"search": [{"title": "T"}] * 500, "pages": {"1": {}}}}

    with service(answer) as wire:
        found = integrate("wikipedia.search", wire.url, {"query": "x", "load_max_docs": "2"})
    assert (len(found["documents"]), len(wire.seen)) == (2, 7)


def test_a_failure_is_told(integrate: Integrate) -> None:
    """Of the API, of the server, and that no setup is taken."""
    with (
        service(lambda _: {"error": {"code": "x", "info": "It is closed."}}) as wire,
        pytest.raises(EffectError, match="It is closed"),
    ):
        integrate("wikipedia.search", wire.url, {"query": "x"})
    with (
        service(lambda _: {}, status="503 Busy") as wire,
        pytest.raises(EffectError, match="HTTP error 503"),
    ):
        integrate("wikipedia.search", wire.url, {"query": "x"})
    with pytest.raises(EffectError, match="takes no setup"):
        integrate("wikipedia.search", None, {"query": "x"}, key="k")

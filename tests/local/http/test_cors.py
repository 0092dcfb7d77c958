"""Which web pages may read the answers."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from julep.local import LocalServer
from tests.local.conftest import said

PAGE = "http://localhost:3000"


@pytest.fixture(scope="module")
def with_page() -> Iterator[LocalServer]:
    """A server that scripts of one web page may read."""
    with LocalServer(allow_origins=[f"{PAGE.upper()}/"]) as running:
        yield running


def _preflight(server: LocalServer, origin: str) -> httpx.Response:
    asked = {
        "Access-Control-Request-Method": "PATCH",
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    return httpx.options(f"{server.url}/agents/x", headers={"Origin": origin, **asked})


def test_a_page_that_was_named_may_read_everything(with_page: LocalServer) -> None:
    """Browsers ask first; answers, errors and streams say who may read them."""
    asked = _preflight(with_page, PAGE)
    assert asked.status_code == 200
    assert "PATCH" in asked.headers["access-control-allow-methods"]
    assert "authorization" in asked.headers["access-control-allow-headers"]
    shown = {"X-Auth-Key": with_page.key, "Origin": PAGE}
    with httpx.Client(base_url=with_page.url, headers=shown) as http:
        agent = http.post("/agents", json={"name": "A"})
        session = http.post("/sessions", json={"agent": agent.json()["id"]})
        body = said("hi", stream=True)
        streamed = http.post(f"/sessions/{session.json()['id']}/chat", json=body)
        answers = [agent, streamed, http.get("/agents/x"), http.get("/nope"), http.get("/agents/")]
    refused = httpx.get(f"{with_page.url}/agents", headers={"Origin": PAGE})
    allowed = [each.headers["access-control-allow-origin"] for each in (*answers, refused, asked)]
    assert set(allowed) == {PAGE}
    assert refused.status_code == 403


def test_other_pages_may_read_nothing(with_page: LocalServer, server: LocalServer) -> None:
    """A page that wasn't named gets no leave, and without names nobody does."""
    assert _preflight(with_page, "http://evil.example").status_code == 400
    for each, origin in ((with_page, "http://evil.example"), (server, PAGE)):
        headers = {"X-Auth-Key": each.key, "Origin": origin}
        answer = httpx.get(f"{each.url}/agents", headers=headers)
        assert "access-control-allow-origin" not in answer.headers
    assert _preflight(server, PAGE).status_code == 405


@pytest.mark.parametrize("origin", ["localhost:3000", "*", "null", "http://a/b", "http://u@a", ""])
def test_an_origin_that_is_none_is_refused(origin: str) -> None:
    """The mistake is told before the server starts."""
    with pytest.raises(ValueError, match="is no origin"):
        LocalServer(allow_origins=[origin])


def test_origins_are_a_list() -> None:
    """One text would be taken for its letters."""
    with pytest.raises(TypeError, match="is a list"):
        LocalServer(allow_origins=PAGE)

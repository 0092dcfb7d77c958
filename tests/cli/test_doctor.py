"""`doctor`."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pytest_httpx import HTTPXMock

from tests.cli.conftest import Terminal, variables

ALL = ["address", "tls", "prefix", "key", "generation", "model", "embeddings"]


def checks(terminal: Terminal, *arguments: str) -> tuple[int, dict[str, Any]]:
    """The exit status, and what was found by its name."""
    done = terminal.run("doctor", "--json", *arguments)
    told = json.loads(done.stdout)
    assert told["ok"] is (done.returncode == 0)
    return done.returncode, {one["name"]: one for one in told["checks"]}


def test_a_server_that_is_well_passes(terminal: Terminal) -> None:
    """Each thing is looked at, in order, and a line in a terminal."""
    status, found = checks(terminal)
    assert (status, list(found)) == (0, ALL)
    assert {one["state"] for one in found.values()} == {"ok"}
    lines = terminal.run("doctor").stdout.splitlines()
    assert [line.split()[:2] for line in lines] == [["ok", name] for name in ALL]


@pytest.mark.parametrize(
    ("arguments", "failed", "fix"),
    [
        (["--base-url", "http://127.0.0.1:1"], "address", "whether the server runs there"),
        (["--base-url", "localhost"], "address", "write it like http"),
        (["--api-key", "wrong"], "key", "--api-key"),
    ],
)
def test_what_is_wrong_is_told_with_what_to_do(
    terminal: Terminal, arguments: list[str], failed: str, fix: str
) -> None:
    """The rest depends on it, and isn't looked at."""
    status, found = checks(terminal, *arguments)
    assert (status, list(found)[-1], found[failed]["state"]) == (1, failed, "failed")
    assert fix in found[failed]["fix"]


PAGE: dict[str, Any] = {"status_code": 404, "html": "<html>nginx</html>"}
HERE: dict[str, Any] = {"json": {"items": []}}


@pytest.mark.parametrize(
    ("address", "answers", "fix"),
    [
        ("http://h.test", {"/agents": PAGE, "/api/agents": HERE}, "use http://h.test/api as"),
        ("http://h.test/api", {"/api/agents": PAGE, "/agents": HERE}, "use http://h.test as"),
        ("http://h.test", {"/agents": PAGE, "/api/agents": PAGE}, "whoever runs the server"),
        (
            "http://h.test",
            {"/agents": {"status_code": 301, "headers": {"Location": "https://h.test/agents"}}},
            "use the address that it leads to",
        ),
    ],
)
def test_where_the_api_begins_is_found_out(
    httpx_mock: HTTPXMock, address: str, answers: dict[str, dict[str, Any]], fix: str
) -> None:
    """With `/api` or without, where the other one is right."""
    for path in ("/agents", "/api/agents"):
        answer = answers.get(path, PAGE)
        httpx_mock.add_response(url=f"http://h.test{path}?limit=1", is_optional=True, **answer)
    status, found = checks(Terminal(variables(JULEP_API_KEY="key")), "--base-url", address)
    assert (status, found["tls"]["state"], list(found)[-1]) == (1, "warning", "prefix")
    assert fix in found["prefix"]["fix"]


def test_a_key_in_the_wrong_header_is_told(httpx_mock: HTTPXMock) -> None:
    """Where the other header is all that is wrong."""
    url = "http://h.test/agents?limit=1"
    httpx_mock.add_response(url=url, match_headers={"X-Auth-Key": "sesame"}, **HERE)
    httpx_mock.add_response(
        url=url, match_headers={"Authorization": "Bearer sesame"}, status_code=403
    )
    terminal = Terminal(variables(JULEP_API_KEY="sesame"))
    status, found = checks(terminal, "--base-url", "http://h.test")
    assert (status, "X-Auth-Key: pass --auth-key" in found["key"]["fix"]) == (1, True)
    assert "sesame" not in str(found)

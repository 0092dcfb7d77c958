"""Starting, stopping, keys, hosts, and what every request is told when it's wrong."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from julep.local import LocalServer
from tests.local.conftest import JSON, Make
from tests.plain_http import plain_http


def test_a_stopped_server_lets_go_of_its_port_and_thread() -> None:
    """After `stop` the port can be taken again and no thread is left."""
    first = LocalServer().start()
    port = first.port
    first.stop()
    assert "julep-local" not in {thread.name for thread in threading.enumerate()}
    with LocalServer(port=port) as second:
        assert httpx.get(f"{second.url}/healthz").status_code == 200


def test_a_server_that_stops_waits_for_no_evaluation(caplog: pytest.LogCaptureFixture) -> None:
    """Those who wait for texts to be evaluated are told so, and nothing is printed."""
    with LocalServer(key="k") as server, plain_http(server, timeout=60) as http:
        agent = http.post("/agents", json={"name": "Ada"}).json()
        session = http.post("/sessions", json={"agent": agent["id"]}).json()
        path = f"/sessions/{session['id']}/render"
        loops = "{% for a in range(999999) %}{% for b in range(999999) %}" + "{% endfor %}" * 2
        body = json.dumps({"messages": [{"role": "user", "content": loops}]}).encode()
        sent = threading.Semaphore(0)

        def content() -> Iterator[bytes]:
            yield body
            sent.release()

        with ThreadPoolExecutor(4) as threads:
            begun = [threads.submit(http.post, path, content=content()) for _ in range(4)]
            for _ in begun:
                sent.acquire()
            http.get("/healthz")  # it is answered after those are read
            server.stop()
            answers = [each.result() for each in begun]
    assert [each.status_code for each in answers] == [503] * 4
    assert caplog.messages == []


def test_the_logs_of_the_programs_own_servers_stay(caplog: pytest.LogCaptureFixture) -> None:
    """Uvicorn's loggers keep their levels, and the embedded server puts no lines among theirs."""
    names = ("uvicorn.error", "uvicorn.access")
    for name in names:
        caplog.set_level(logging.INFO, name)
    with LocalServer() as server:
        httpx.get(f"{server.url}/healthz")
        for name in names:
            logging.getLogger(name).info("of the program")
    assert caplog.messages == ["of the program"] * 2


def test_a_file_keeps_what_was_created(tmp_path: Path) -> None:
    """A server on the same file has what the one before it had."""
    path = tmp_path / "agents.db"
    with LocalServer(path, key="k") as server:
        url = f"{server.url}/agents"
        agent = httpx.post(url, json={"name": "Ada"}, headers={"X-Auth-Key": "k"}).json()
    with LocalServer(path, key="k") as server:
        url = f"{server.url}/agents/{agent['id']}"
        assert httpx.get(url, headers={"X-Auth-Key": "k"}).json()["name"] == "Ada"


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    """A file of something else is named in the error and left as it is."""
    path = tmp_path / "notes.txt"
    path.write_text("buy milk\n" * 200)
    with pytest.raises(OSError, match="can't be opened as a database"):
        LocalServer(path).start()
    assert path.read_text().startswith("buy milk")


def test_a_taken_port_is_an_error_where_the_server_is_started(server: LocalServer) -> None:
    """`start` raises what keeps the server from listening."""
    with pytest.raises(OSError, match="in use"):
        LocalServer(port=server.port).start()


def test_starting_twice_is_refused(server: LocalServer) -> None:
    """A running server says where it runs instead of starting again."""
    with pytest.raises(RuntimeError, match="runs already"):
        server.start()


def test_other_hosts_than_loopback_need_a_key() -> None:
    """A server that others can reach isn't opened by accident, nor by a guess."""
    for key in (None, "", "  ", "1", "1234567"):
        with pytest.raises(ValueError, match="give it a key of at least 8 characters"):
            LocalServer(host="0.0.0.0", key=key)


@pytest.mark.parametrize("key", ["a\nb", "é", "a\x00b"])
def test_a_key_that_no_header_holds_is_refused(key: str) -> None:
    """Nobody could show it."""
    with pytest.raises(ValueError, match="printable ASCII"):
        LocalServer(key=key)


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_the_scheme_is_taken_in_any_case(server: LocalServer, scheme: str) -> None:
    """As HTTP has it."""
    headers = {"Authorization": f"{scheme} {server.key}"}
    assert httpx.get(f"{server.url}/agents", headers=headers).status_code == 200


def test_a_key_that_names_its_scheme_opens_the_server() -> None:
    """The key is shown as it was given."""
    with LocalServer(key="Bearer abc") as server:
        headers = {"Authorization": "Bearer abc"}
        assert httpx.get(f"{server.url}/agents", headers=headers).status_code == 200


def test_a_database_in_memory_has_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite's own name for it is understood."""
    monkeypatch.chdir(tmp_path)
    with LocalServer(":memory:") as server:
        assert server.path is None
    assert list(tmp_path.iterdir()) == []


def test_the_key_is_not_in_the_repr(server: LocalServer) -> None:
    """The repr tells where it is and not how to get in."""
    assert server.url in repr(server)
    assert server.key not in repr(server)


@pytest.mark.parametrize(
    "headers", [{"Authorization": "Bearer K"}, {"Authorization": "K"}, {"X-Auth-Key": "K"}]
)
def test_a_key_is_taken_from_either_header(server: LocalServer, headers: dict[str, str]) -> None:
    """The key may come as a bearer token, bare, or as X-Auth-Key, under / and under /api."""
    shown = {name: value.replace("K", server.key) for name, value in headers.items()}
    assert httpx.get(f"{server.url}/agents", headers=shown).status_code == 200
    assert httpx.get(f"{server.url}/api/agents", headers=shown).status_code == 200


@pytest.mark.parametrize("headers", [{}, {"X-Auth-Key": "nope"}, {"Authorization": "Bearer é"}])
def test_a_wrong_key_is_refused(server: LocalServer, headers: dict[str, str]) -> None:
    """Without the key every route answers 403 in the API's words."""
    encoded = httpx.Headers(headers, encoding="utf-8")
    response = httpx.get(f"{server.url}/agents", headers=encoded)
    assert response.status_code == 403
    error = {"message": "Could not validate API KEY", "code": "http_403", "type": "http_error"}
    assert response.json() == {"error": error}


def test_another_host_name_is_refused(server: LocalServer) -> None:
    """A page that makes a browser send requests here under its own name gets nothing."""
    headers = {"Host": "evil.example", "X-Auth-Key": server.key}
    response = httpx.get(f"{server.url}/agents", headers=headers)
    assert response.status_code == 400
    assert "evil.example" in response.json()["error"]["message"]


def test_unknown_routes_and_methods_answer_as_the_framework_does(http: httpx.Client) -> None:
    """What isn't routed is 404 or 405 with a `detail`."""
    assert http.get("/nope").json() == {"detail": "Not Found"}
    refused = http.patch("/agents", json={})
    assert (refused.status_code, refused.json()) == (405, {"detail": "Method Not Allowed"})


def test_an_id_that_is_no_uuid_is_a_validation_error(http: httpx.Client) -> None:
    """A malformed id is told apart from an unknown one."""
    response = http.get("/agents/not-a-uuid")
    assert response.status_code == 422
    assert response.json()["error"]["details"][0]["loc"] == "path.agent_id"


def test_importing_the_package_is_cheap() -> None:
    """Nothing heavy is imported before a server is started."""
    code = "import sys, julep.local; print([m for m in ('starlette','uvicorn','jinja2','numpy','httpx','sqlite3') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_health_needs_no_key(server: LocalServer) -> None:
    """Anyone may ask whether the server is well."""
    response = httpx.get(f"{server.url}/healthz")
    assert (response.status_code, set(response.json().values())) == (200, {"ok"})


def test_ids_and_times_sort_by_creation(make: Make) -> None:
    """Ids are UUIDs of version 7 and times have microseconds and Z."""
    agents: list[JSON] = [make("/agents", name=f"a{index}") for index in range(5)]
    ids = [agent["id"] for agent in agents]
    assert ids == sorted(ids)
    assert {id[14] for id in ids} == {"7"}
    assert all(len(agent["created_at"]) == len("2026-01-01T00:00:00.000000Z") for agent in agents)


@pytest.mark.parametrize("prefix", ["", "/api"])
def test_a_slash_at_the_end_leads_to_the_route(http: httpx.Client, prefix: str) -> None:
    """Such a path is redirected, with its method and its query, under both roots."""
    answer = http.post(f"{prefix}/agents/", params={"limit": 1, "q": "ä b"}, json={"name": "A"})
    assert answer.status_code == 307
    root = str(http.base_url).rstrip("/")
    assert answer.headers["location"] == f"{root}{prefix}/agents?limit=1&q=%C3%A4+b"
    assert http.get(f"{prefix}/nope/").status_code == 404
    followed = http.post(f"{prefix}/agents/", json={"name": "A"}, follow_redirects=True)
    assert followed.status_code == 201

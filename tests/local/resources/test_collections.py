"""Agents, users and sessions: create, read, list, overwrite, merge, delete."""

from __future__ import annotations

import json
import time
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.local.conftest import JSON, Make


def test_a_new_agent_is_returned_whole(make: Make) -> None:
    """What wasn't sent has its default, and instructions become a list."""
    agent = make("/agents", name="Ada", instructions="be kind", metadata={"k": [1, None]})
    shown = {key: agent[key] for key in ("name", "about", "model", "instructions", "metadata")}
    assert shown == {
        "name": "Ada",
        "about": "",
        "model": "",
        "instructions": ["be kind"],
        "metadata": {"k": [1, None]},
    }
    assert (agent["project"], agent["default_settings"], agent["jobs"]) == (None, {}, [])
    assert agent["canonical_name"].isidentifier()


def test_get_returns_what_create_returned(http: httpx.Client, agent: JSON) -> None:
    """Reading gives the resource without the `jobs` of its writing."""
    del agent["jobs"]
    assert http.get(f"/agents/{agent['id']}").json() == agent
    assert http.get(f"/agents/{agent['id'].upper()}").json() == agent


@pytest.mark.parametrize("path", ["/agents", "/users", "/sessions"])
@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_an_unknown_one_is_not_found(http: httpx.Client, path: str, method: str) -> None:
    """Every operation on an unknown id is 404 and says what is missing."""
    body = None if method in {"GET", "DELETE"} else {"name": "x"}
    response = http.request(method, f"{path}/{uuid4()}", json=body)
    assert response.status_code == 404
    assert response.json()["error"]["message"].startswith(f"{path[1:-1].capitalize()} not found")


def test_put_overwrites_with_what_is_given_or_the_default(http: httpx.Client, make: Make) -> None:
    """PUT empties what it isn't told, instructions too, and keeps id, name in code and birth."""
    old = make("/agents", name="Ada", about="x", instructions=["i"], metadata={"a": 1})
    new = http.put(f"/agents/{old['id']}", json={"name": "Eve"}).json()
    assert (new["name"], new["about"], new["instructions"], new["metadata"]) == ("Eve", "", [], {})
    kept = ("id", "created_at", "canonical_name")
    assert [new[key] for key in kept] == [old[key] for key in kept]
    assert new["updated_at"] > old["updated_at"]


def test_patch_merges_metadata_and_resets_nothing(http: httpx.Client, make: Make) -> None:
    """PATCH changes what it is told; null leaves a field alone."""
    body: dict[str, Any] = {"about": "x", "model": "m", "instructions": ["i"]}
    old = make("/agents", name="Ada", metadata={"a": 1, "b": 1}, **body)
    changes = {"name": "Eve", "metadata": {"b": 2, "c": None}, "about": None}
    new = http.patch(f"/agents/{old['id']}", json=changes).json()
    assert new["metadata"] == {"a": 1, "b": 2, "c": None}
    assert (new["name"], new["default_system_template"]) == ("Eve", old["default_system_template"])
    assert {key: new[key] for key in body} == body


def test_patch_takes_instructions_as_text(http: httpx.Client, agent: JSON) -> None:
    """A single instruction needs no list."""
    new = http.patch(f"/agents/{agent['id']}", json={"instructions": "one"}).json()
    assert new["instructions"] == ["one"]


@pytest.mark.parametrize("path", ["/agents", "/users"])
def test_create_or_update_is_idempotent(http: httpx.Client, path: str) -> None:
    """The same id twice makes one resource, which keeps the time of its creation."""
    url = f"{path}/{uuid4()}"
    first = http.post(url, json={"name": "A", "about": "x"})
    second = http.post(url, json={"name": "B"})
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.json()["created_at"] == first.json()["created_at"]
    assert http.get(url).json()["name"] == "B"
    assert http.get(url).json()["about"] == ""


def test_delete_answers_with_id_and_time(http: httpx.Client, user: JSON) -> None:
    """A deleted resource is gone, and deleting it again says so."""
    response = http.delete(f"/users/{user['id']}")
    assert response.status_code == 202
    assert response.json().keys() == {"id", "deleted_at", "jobs"}
    assert http.delete(f"/users/{user['id']}").status_code == 404


def test_a_taken_canonical_name_is_a_conflict(make: Make, http: httpx.Client) -> None:
    """Two agents can't have one name in code."""
    make("/agents", name="A", canonical_name="taken_one")
    response = http.post("/agents", json={"name": "B", "canonical_name": "taken_one"})
    assert response.status_code == 409
    message = response.json()["error"]["message"]
    assert message == "A agent with these unique properties already exists during create"


def test_an_unknown_project_is_not_found(http: httpx.Client, make: Make) -> None:
    """An agent's project must be there; `default` always is."""
    assert http.post("/agents", json={"name": "A", "project": "nowhere"}).status_code == 404
    project = make("/projects", name="Shop", canonical_name="shop")
    assert make("/agents", name="A", project="shop")["project"] == project["canonical_name"]
    names = [each["canonical_name"] for each in http.get("/projects").json()["items"]]
    assert sorted(names) == ["default", "shop"]


@pytest.mark.parametrize(("kind", "longest"), [("agents", 255), ("users", 120)])
def test_names_have_a_length(http: httpx.Client, kind: str, longest: int) -> None:
    """Names that are empty or too long are refused; users have shorter ones."""
    for length, status in ((0, 422), (1, 201), (longest, 201), (longest + 1, 422)):
        assert http.post(f"/{kind}", json={"name": "x" * length}).status_code == status


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("Ada Lovelace 2", 201),
        ("Đorđe O'Neil-Šimić, Jr.", 201),
        ("राम", 201),
        ("-x_1", 201),
        (" x", 201),
        ("☃", 201),
        ("1abc", 422),
        ("_x", 422),
        ("😀 a", 422),
        ("a😀", 422),
        ("a½", 422),
    ],
)
def test_users_are_called_as_servers_of_2025_allow(
    http: httpx.Client, name: str, status: int
) -> None:
    """Letters and punctuation begin a name, digits may follow, emoji are refused."""
    made = http.post("/users", json={"name": name})
    assert made.status_code == status
    assert http.post("/agents", json={"name": name}).status_code == 201


@pytest.fixture
def numbered(make: Make) -> list[JSON]:
    """Five users with a mark of their own."""
    mark = str(uuid4())
    return [make("/users", name=f"u{n}", metadata={"mark": mark, "n": n}) for n in range(5)]


def _listed(http: httpx.Client, users: list[JSON], **params: Any) -> list[str]:
    mark = users[0]["metadata"]["mark"]
    params = {"metadata_filter.mark": mark, **params}
    return [user["name"] for user in http.get("/users", params=params).json()["items"]]


def test_lists_are_newest_first_and_cut_to_a_page(http: httpx.Client, numbered: list[JSON]) -> None:
    """Direction, limit and offset choose the page."""
    assert _listed(http, numbered) == ["u4", "u3", "u2", "u1", "u0"]
    assert _listed(http, numbered, direction="asc", limit=2, offset=1) == ["u1", "u2"]
    assert _listed(http, numbered, limit=0) == []
    assert _listed(http, numbered, offset=9) == []


def test_lists_sort_by_update(http: httpx.Client, numbered: list[JSON]) -> None:
    """A patched resource comes first when sorted by its last change."""
    http.patch(f"/users/{numbered[1]['id']}", json={"about": "x"})
    assert _listed(http, numbered, sort_by="updated_at", limit=1) == ["u1"]


@pytest.mark.parametrize(
    ("params", "status"),
    [
        ({"limit": -1}, 400),
        ({"limit": "x"}, 422),
        ({"sort_by": "name"}, 422),
        ({"offset": -1}, 400),
    ],
)
def test_pages_that_make_no_sense_are_refused(
    http: httpx.Client, params: dict[str, Any], status: int
) -> None:
    """Bad paging is an error of the request."""
    assert http.get("/users", params=params).status_code == status


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"n": 3}, ["u3"]),
        ({"n": "3"}, []),
        ({"n": 3, "mark": "other"}, []),
        ({"absent": None}, []),
        ({}, ["u4", "u3", "u2", "u1", "u0"]),
    ],
)
def test_a_metadata_filter_in_json_is_compared_by_type(
    http: httpx.Client, numbered: list[JSON], wanted: JSON, found: list[str]
) -> None:
    """The JSON form of the filter matches equal JSON values."""
    assert _listed(http, numbered, metadata_filter=json.dumps(wanted)) == found


def test_both_spellings_of_a_filter_must_match(http: httpx.Client, numbered: list[JSON]) -> None:
    """Sent together, the JSON text and the dotted keys mean the same."""
    both = {"metadata_filter": json.dumps({"n": 3}), "metadata_filter.n": "3"}
    assert _listed(http, numbered, **both) == ["u3"]
    assert _listed(http, numbered, **{**both, "metadata_filter.n": "4"}) == []


@pytest.mark.parametrize(
    ("value", "text"), [("7", "7"), (7, "7"), (True, "true"), (1.5, "1.5"), ("x y", "x y")]
)
def test_a_dotted_filter_matches_what_reads_the_same(
    http: httpx.Client, make: Make, value: Any, text: str
) -> None:
    """A query parameter has no type, so numbers and their texts both match."""
    mark = str(uuid4())
    made = make("/agents", name="A", metadata={"mark": mark, "in": {"v": value}})
    params = {"metadata_filter.mark": mark, "metadata_filter.in.v": text}
    items = http.get("/agents", params=params).json()["items"]
    assert [each["id"] for each in items] == [made["id"]]
    params["metadata_filter.in.v"] = "other"
    assert http.get("/agents", params=params).json()["items"] == []


@pytest.mark.parametrize("text", ["{", "[]", "[" * 5000, '{"a": "\\ud800"}', '{"\\ud800": 1}'])
def test_a_filter_that_is_no_json_is_refused(http: httpx.Client, text: str) -> None:
    """The error says what is wrong with the filter."""
    response = http.get("/agents", params={"metadata_filter": text})
    assert response.status_code == 400
    assert "metadata_filter is not a valid JSON" in response.json()["error"]["message"]


def test_lists_stay_in_order_when_the_clock_is_put_back(
    http: httpx.Client, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What comes later is listed as newer, and is never changed before it was made."""
    before = make("/users", name="before")
    past = time.time() - 7200
    monkeypatch.setattr(time, "time", lambda: past)
    after = make("/users", name="after")
    http.patch(f"/users/{after['id']}", json={"about": "changed"})
    first, second = http.get("/users?limit=2").json()["items"]
    assert [first["id"], second["id"]] == [after["id"], before["id"]]
    assert first["updated_at"] > first["created_at"] > second["created_at"]


@pytest.mark.parametrize("kind", ["docs", "tasks"])
@pytest.mark.parametrize("limit", [0, 101])
def test_long_resources_are_listed_by_the_hundred(
    http: httpx.Client, agent: JSON, kind: str, limit: int
) -> None:
    """A page of documents or tasks has one at least, and a hundred at most."""
    answer = http.get(f"/agents/{agent['id']}/{kind}", params={"limit": limit})
    assert answer.status_code == 400
    assert answer.json()["error"]["message"] == "Limit must be between 1 and 100"

"""Sessions: who takes part, and how they are changed."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.local.conftest import JSON, Make


def test_a_session_tells_who_takes_part(make: Make, agent: JSON, user: JSON) -> None:
    """Participants are shown one by one and as lists, however they were sent."""
    one = make("/sessions", agent=agent["id"], user=user["id"])
    many = make("/sessions", agents=[agent["id"]], users=[user["id"]])
    for session in (one, many):
        assert (session["agent"], session["agents"]) == (agent["id"], [agent["id"]])
        assert (session["user"], session["users"]) == (user["id"], [user["id"]])


def test_a_session_without_users_has_none(session: JSON) -> None:
    """Defaults of a session that names only its agent."""
    names = ("user", "users", "situation", "render_templates", "token_budget", "metadata")
    assert [session[name] for name in names] == [None, [], None, True, None, {}]


def test_recall_options_are_completed(make: Make, agent: JSON) -> None:
    """What the options leave open is filled in for their mode."""
    session = make("/sessions", agent=agent["id"], recall_options={"mode": "hybrid", "limit": 3})
    options = session["recall_options"]
    assert (options["limit"], options["alpha"], options["k_multiplier"]) == (3, 0.5, 7)
    unnamed = make("/sessions", agent=agent["id"], recall_options={"limit": 2})
    assert unnamed["recall_options"]["mode"] == "vector"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"agents": []}, 422),
        ({"agent": str(uuid4())}, 400),
        ({"agent": "x"}, 422),
        ({"agent": "A", "user": str(uuid4())}, 400),
        ({"agent": "A", "agents": ["A"]}, 400),
        ({"agent": "A", "render_templates": "yes"}, 422),
        ({"agent": "A", "context_overflow": "cut"}, 422),
        ({"agent": "A", "recall_options": {"mode": "guess"}}, 422),
        ({"agent": "A", "recall_options": {"mode": "text", "limit": 51}}, 422),
    ],
)
def test_sessions_that_make_no_sense_are_refused(
    http: httpx.Client, agent: JSON, body: dict[str, Any], status: int
) -> None:
    """Missing, unknown or doubled participants and bad options are errors."""
    text = httpx.Request("POST", "http://x", json=body).content.decode()
    response = http.post("/sessions", content=text.replace('"A"', f'"{agent["id"]}"'))
    assert response.status_code == status, response.text


def test_patch_merges_and_keeps_participants(http: httpx.Client, make: Make, agent: JSON) -> None:
    """PATCH merges metadata and recall options and resets no switch."""
    old = make(
        "/sessions",
        agent=agent["id"],
        render_templates=False,
        metadata={"a": 1},
        recall_options={"mode": "text", "limit": 3},
    )
    changes = {
        "situation": "new",
        "metadata": {"b": 2},
        "recall_options": {"num_search_messages": 2},
    }
    new = http.patch(f"/sessions/{old['id']}", json=changes).json()
    assert (new["situation"], new["metadata"]) == ("new", {"a": 1, "b": 2})
    assert new["recall_options"] == {**old["recall_options"], "num_search_messages": 2}
    assert (new["render_templates"], new["agents"]) == (False, old["agents"])


def test_put_overwrites_and_keeps_participants(http: httpx.Client, make: Make, agent: JSON) -> None:
    """PUT needs no participants and resets all else."""
    old = make("/sessions", agent=agent["id"], situation="old", metadata={"a": 1}, token_budget=9)
    new = http.put(f"/sessions/{old['id']}", json={"token_budget": 500}).json()
    assert (new["situation"], new["metadata"], new["token_budget"]) == (None, {}, 500)
    assert new["agents"] == old["agents"]


def test_create_or_update_replaces_participants(
    http: httpx.Client, make: Make, agent: JSON, user: JSON
) -> None:
    """The one operation that changes who takes part."""
    other = make("/agents", name="Eve")
    url = f"/sessions/{uuid4()}"
    http.post(url, json={"agent": agent["id"], "user": user["id"]})
    assert http.post(url, json={"agent": other["id"]}).status_code == 201
    session = http.get(url).json()
    assert (session["agents"], session["users"]) == ([other["id"]], [])


def test_sessions_outlive_their_agent(http: httpx.Client, session: JSON) -> None:
    """Deleting an agent leaves its sessions readable; they can't be chatted with."""
    assert http.delete(f"/agents/{session['agent']}").status_code == 202
    url = f"/sessions/{session['id']}"
    assert http.get(url).status_code == 200
    message = {"messages": [{"role": "user", "content": "hi"}]}
    assert http.post(f"{url}/chat", json=message).status_code == 404

"""Whatever is sent, the server answers and goes on."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.local.conftest import JSON

_WORDS = [
    *("name", "about", "metadata", "instructions", "default_settings", "temperature", "model"),
    *("agent", "agents", "user", "users", "situation", "recall_options", "mode", "limit"),
    *("title", "content", "text", "vector", "confidence", "metadata_filter", "delete_all"),
    *("type", "function", "integration", "system", "api_call", "parameters", "description"),
    *("messages", "role", "tools", "tool_choice", "stream", "save", "recall", "n", "stop"),
    *("main", "input_schema", "inherit_tools", "evaluate", "if", "then", "else", "foreach"),
    *("in", "do", "over", "map", "reduce", "switch", "case", "parallel", "prompt", "tool"),
    *("arguments", "set", "get", "log", "return", "error", "sleep", "seconds", "workflow"),
    *("wait_for_input", "info", "yield", "label", "input", "status", "value", "project"),
]
_TEXTS = [
    *("", "a", "user", "text", "hybrid", "running", "cancelled", "default", "all", "auto", "_"),
    *("$ _", "$ 1 +", "{{ a", "{% for %}", "{", "}", "'''", "$ [x for x in _]", "aGk="),
    *("\x00", "é", "日本", '"', "%", "_id", "00000000-0000-0000-0000-000000000000", "string"),
]
_KEYS = st.sampled_from(_WORDS) | st.text(max_size=3)
_LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(_TEXTS)
    | st.text(max_size=5)
)


def _json(keys: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    return st.recursive(
        _LEAVES,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4),
        max_leaves=12,
    )


_BODIES = st.dictionaries(_KEYS, _json(_KEYS), max_size=6)
_PATHS = [
    ("POST", "/agents"),
    ("PUT", "/agents/{agent}"),
    ("PATCH", "/agents/{agent}"),
    ("POST", "/users"),
    ("POST", "/sessions"),
    ("PATCH", "/sessions/{session}"),
    ("POST", "/sessions/{session}/chat"),
    ("POST", "/sessions/{session}/render"),
    ("POST", "/agents/{agent}/tools"),
    ("PATCH", "/agents/{agent}/tools/{tool}"),
    ("POST", "/agents/{agent}/docs"),
    ("POST", "/agents/{agent}/search"),
    ("DELETE", "/agents/{agent}/docs"),
    ("POST", "/agents/{agent}/tasks"),
    ("PATCH", "/agents/{agent}/tasks/{task}"),
    ("POST", "/tasks/{task}/executions"),
    ("PUT", "/executions/{execution}"),
    ("POST", "/executions?task_token=abc"),
    ("POST", "/embed"),
    ("POST", "/files"),
    ("POST", "/projects"),
    ("POST", "/secrets"),
]
# A step or a message makes a body that gets past the first checks.
_SEEDS: list[JSON] = [
    {},
    {"name": "a"},
    {"messages": [{"role": "user", "content": "a"}]},
    {"name": "a", "main": [{"evaluate": {"a": "$ 1"}}]},
    {"title": "t", "content": "c"},
    {"text": "a", "vector": [0.5] * 1024},
    {"name": "a", "type": "function", "function": {}},
]


@pytest.fixture(scope="module")
def places(http: httpx.Client) -> dict[str, str]:
    """An id of each kind."""

    def create(path: str, body: JSON) -> str:
        return str(http.post(path, json=body).json()["id"])

    agent = create("/agents", {"name": "A"})
    task = create(f"/agents/{agent}/tasks", _SEEDS[3])
    return {
        "agent": agent,
        "task": task,
        "session": create("/sessions", {"agent": agent}),
        "tool": create(f"/agents/{agent}/tools", {"name": "t", "type": "function", "function": {}}),
        "execution": create(f"/tasks/{task}/executions", {"input": {}}),
    }


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(route=st.sampled_from(_PATHS), seed=st.sampled_from(_SEEDS), body=_BODIES)
@pytest.mark.slow
def test_no_body_is_an_internal_error(
    http: httpx.Client, places: dict[str, str], route: tuple[str, str], seed: JSON, body: JSON
) -> None:
    """Every JSON object is taken or refused, never choked on."""
    method, path = route
    response = http.request(method, path.format(**places), json={**seed, **body})
    assert response.status_code < 500, response.text


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    path=st.sampled_from(
        [
            "/agents",
            "/agents/{agent}/docs",
            "/secrets",
            "/sessions",
            "/tasks/{task}/executions",
            "/executions/{execution}/transitions",
            "/executions/{execution}/transitions.stream",
        ]
    ),
    query=st.dictionaries(
        st.sampled_from(
            [
                "limit",
                "offset",
                "sort_by",
                "direction",
                "metadata_filter",
                "metadata_filter.a",
                "scope_id",
                "next_page_token",
                "include_embeddings",
            ]
        ),
        st.sampled_from(
            [
                "",
                "0",
                "-1",
                "5",
                "1e3",
                "99999999999999999999",
                "asc",
                "desc",
                "{}",
                "[]",
                '{"a": [1]}',
                "true",
                "MQ==",
                "\x00",
            ]
        ),
    ),
)
def test_no_query_is_an_internal_error(
    http: httpx.Client, places: dict[str, str], path: str, query: dict[str, str]
) -> None:
    """Every query is read or refused."""
    response = http.get(path.format(**places), params=query)
    assert response.status_code < 500, response.text

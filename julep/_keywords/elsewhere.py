"""What other clients call things, and what to write here instead.

The names come from the official client's releases 1 and 2, from the client of 2024, and from Julep's
own documents, which show calls that no client has had.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_BY_ID: Final = "a secret goes by its id, which secrets.list() tells"
_BY_TYPE: Final = "chat.parse(session, messages, output=…) takes the type of the answer"

_KEYWORDS: Final[Mapping[str, str]] = {
    "extra_headers": "client.with_options(headers=…) makes a client that sends them",
    "extra_query": "client.send(Request(…, query=…)) sends what has no keyword",
    "extra_body": "client.send(Request(…, body=…)) sends what has no keyword",
    "timeout": "client.with_options(timeout=…) makes a client with another one",
    "max_retries": "client.with_options(max_retries=…) makes a client with another number",
    "tools": "agents.tools.create gives an agent its tools",
    "docs": "agents.docs.create and users.docs.create give them their documents",
    **dict.fromkeys(
        (
            "Chat.type",
            "Chat.schema",
            "Chat.output_type",
            "Chat.output_schema",
            "Chat.response_model",
            "Chat.text_format",
            "Chat.output",
        ),
        _BY_TYPE,
    ),
    "Secrets.name": _BY_ID,
    "Secrets.new_name": "secrets.update(secret_id, name=…) renames one",
}
"""By keyword, and by class and keyword, where a method does not know it."""

_ANSWERS: Final = "sessions.chat asks the model, and sessions.render shows what it would be asked"
_RUNS: Final = "tasks.run(task, input=…) runs one to its end, executions.create starts one"
_AGENTS_DOCS: Final = "agents.docs.search searches an agent's documents"
_USERS_DOCS: Final = "users.docs.search searches a user's documents"
_DOCS: Final = "documents belong to agents and users: agents.docs, users.docs"

_NAMES: Final[Mapping[str, Mapping[str, str]]] = {
    "Navigation": {
        "chat": _ANSWERS,
        "completions": _ANSWERS,
        "responses": _ANSWERS,
        "memories": "what a user should be remembered by goes into users.docs",
        "search": "agents.docs.search and users.docs.search search documents",
        "tools": "an agent's tools are under agents.tools",
        "transitions": "an execution's transitions are under executions.transitions",
    },
    "Agents": {"chat": _ANSWERS, "search": _AGENTS_DOCS, "search_docs": _AGENTS_DOCS},
    "Docs": dict.fromkeys(("create", "delete", "list", "search"), _DOCS),
    "Executions": {
        "list_transitions": "it is called executions.transitions.list",
        "stream_transitions": "it is called executions.transitions.stream",
        "start": _RUNS,
        "stream": "executions.status.stream and executions.transitions.stream follow one",
        "submit_tool_outputs": "executions.resume(execution, {…}) answers its calls, and "
        "tasks.run(…, tools=[…]) makes them",
    },
    "Projects": {"get": "projects.list tells them all"},
    "Secrets": {"get": _BY_ID, "retrieve": _BY_ID},
    "Sessions": {
        "add_message": _ANSWERS,
        "clear": "sessions.history.delete empties a session where the server can, "
        "sessions.create makes a new one",
        "delete_history": "it is called sessions.history.delete",
        "docs": _DOCS,
        "messages": "it is called sessions.history",
        "stream": "it is called sessions.chat.stream",
    },
    "Tasks": {"execute": _RUNS, "start": _RUNS, "start_task_execution": _RUNS},
    "TaskExecutions": {"get": "it is called executions.get"},
    "Tools": {"get": "agents.tools.list tells an agent's tools"},
    "Users": {"search": _USERS_DOCS, "search_docs": _USERS_DOCS},
}
"""By the class of a resource, names that it does not have; `Navigation` is what clients are."""

_RAW: Final = "client.send(Request(method, path, Any)) gives the JSON as it came"
_OF_ALL: Final[Mapping[str, str]] = {"with_raw_response": _RAW, "with_streaming_response": _RAW}
_UPDATES: Final = "`update` changes some fields, `reset` overwrites"


def keyword_elsewhere(name: str, owner: str = "") -> str:
    """Return what to write instead of a keyword, or nothing if no other client has it.

    Args:
        name: The keyword.
        owner: The class of the method that does not know it.
    """
    hint = _KEYWORDS.get(f"{owner}.{name}") or _KEYWORDS.get(name)
    return f"; {hint}" if hint else ""


def name_elsewhere(kind: type, name: str) -> str:
    """Return what to write instead of a name that a resource lacks, or nothing."""
    if name == "patch" and hasattr(kind, "reset"):
        return f"; {_UPDATES}"
    if name == "retrieve" and hasattr(kind, "get"):
        return "; it is called get"
    if name in _OF_ALL:
        return f"; {_OF_ALL[name]}"
    for each in kind.__mro__:
        if hint := _NAMES.get(each.__name__, {}).get(name):
            return f"; {hint}"
    return ""

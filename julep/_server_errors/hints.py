"""What to do about an error, where the words of a server don't say it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

LATE: Final = "servers of 2024 do not have this, those of 2025 do"
EMBEDDED: Final = "no self-hosted server has this, the embedded one does"
"""What to say when a server lacks the route of an operation that not all have."""


class Case(NamedTuple):
    """An answer that a hint fits.

    Attributes:
        status: Its HTTP status, as a pattern.
        call: Method and address of the request, as a pattern.
        said: What the server said, as a pattern.
        hint: What to do.
    """

    status: str
    call: str
    said: str
    hint: str


_CASES: Final = [
    Case("3..", "", "", "a redirect; correct base_url, or pass follow_redirects=True"),
    Case(
        "400", "", r"^Model\s+not available", "the agent names no model: give it one, or the chat"
    ),
    Case(
        "400",
        "",
        "Invalid value provided for user",
        "a user without a name is stored there; users.update with name and about mends them",
    ),
    Case(
        "400",
        "",
        "Invalid value provided for doc",
        "the server is still making vectors: try again, or pass include_embeddings=False",
    ),
    Case(
        "400",
        "PUT .*/executions/",
        "asserted to return some results",
        "the execution is not waiting for input",
    ),
    Case(
        "400",
        "",
        "asserted to return no results?",
        "there is one of that name already",
    ),
    Case(
        "400",
        "",
        "Evaluation of expression failed|asserted to return some results",
        "how servers of 2024 say that it, or what it belongs to, does not exist",
    ),
    Case(
        "400",
        "PATCH .*/sessions/",
        "query parser has encountered unexpected input",
        "servers of 2024 can't change the metadata alone: change another field with it",
    ),
    Case(
        "404",
        "/tools",
        "No tool found during create",
        "the tool's definition stands under the key that its type names",
    ),
    Case(
        "422",
        "",
        "UUID version 4 expected",
        "servers of 2024 take no other ids, so `ensure` needs a server of 2025",
    ),
    Case(
        "4..",
        "",
        r"\bagents?(_id)?\b[^;]*valid UUID",
        "agents go by their id: client.agents.list() tells ids and names",
    ),
    Case(
        "4..",
        "",
        r"\busers?(_id)?\b[^;]*valid UUID",
        "users go by their id: client.users.list() tells ids and names",
    ),
    Case(
        "4..",
        "",
        r"\btask_id\b[^;]*valid UUID",
        "tasks go by their id: client.tasks.list(agent) tells ids and names",
    ),
    Case("405", "", "", "this generation of the server does not offer the operation"),
    Case(
        "5..",
        "",
        "context_overflow",
        "self-hosted servers can't chat in a session with context_overflow set",
    ),
    Case(
        "500",
        "PUT .*/executions/",
        "Failed to resume",
        "it is not waiting, or an earlier resume has not yet taken effect",
    ),
    Case(
        "500",
        "PUT .*/executions/",
        "Failed to stop",
        "servers of June 2025 can't stop executions",
    ),
    Case(
        "500",
        "POST .*/chat$",
        "^Internal Server Error$",
        "does the agent name a model? Servers of 2024 also want it to have a tool, and can't stream",
    ),
]


def hint_for(status: int, call: str, message: str) -> str | None:
    """Say what to do about an answer, if that is known.

    Args:
        status: The HTTP status.
        call: Method and address of the request.
        message: What the server said.
    """
    for case in _CASES:
        fits = re.fullmatch(case.status, str(status)) and re.search(case.call, call)
        if fits and re.search(case.said, message):
            return case.hint
    return None


def hint_for_key(
    status: int, headers: Iterable[str], sent: Sequence[str], source: str | None
) -> str:
    """Say what to do about a key that was refused.

    Args:
        status: The HTTP status.
        headers: The names of all headers that were sent.
        sent: Those of them that carried a key.
        source: Which argument or variable the key came from, if it was one.
    """
    names = {name.lower() for name in headers}
    if status == 401 and "x-developer-id" in names:
        return "the key is right, but X-Developer-Id names nobody on this server"
    if not sent:
        return "no key was sent: pass api_key, or set JULEP_API_KEY"
    came_from = source or "the headers argument"
    other = "" if "x-auth-key" in names else "; some servers look at X-Auth-Key (auth_key)"
    return f"the key came from {came_from} and was sent as {' and '.join(sent)}{other}"

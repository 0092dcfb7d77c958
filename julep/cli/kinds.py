"""The kinds of things that a server has: how they are found, and what a list shows of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import attrs

if TYPE_CHECKING:
    from julep import Julep

OWNERS: Final = 10
"""How many of the newest agents, and of their newest tasks, are looked through for what is theirs."""

_NEVER: Final = datetime(1, 1, 1, tzinfo=UTC)
Listing = Callable[["Julep", int], Iterable[Any]]


@attrs.frozen
class Kind:
    """A kind of thing.

    Attributes:
        name: What one is called.
        newest: Lists the newest ones, at most as many as are asked for.
        get: Fetches one; None for what has no id of its own.
        shown: The fields that a list shows, beside the id and the time.
        hidden: Fields that lists leave out: they are long, or secret.
        unreadable: Fields that are shown to programs alone.
    """

    name: str
    newest: Listing
    get: Callable[[Julep, str], Any] | None
    shown: tuple[str, ...] = ("name",)
    hidden: frozenset[str] = frozenset()
    unreadable: frozenset[str] = frozenset()

    @property
    def plural(self) -> str:
        """What several are called."""
        return f"{self.name}s"


def _of_agents(listed: Callable[[Julep, str, int], Iterable[Any]]) -> Listing:
    def newest(client: Julep, limit: int) -> list[Any]:
        agents = client.agents.list(limit=OWNERS)
        return latest((one for agent in agents for one in listed(client, agent.id, limit)), limit)

    return newest


def latest(found: Iterable[Any], limit: int) -> list[Any]:
    """Return the newest of what several lists have."""
    return sorted(found, key=_made_at, reverse=True)[:limit]


def _made_at(one: Any) -> datetime:
    made: datetime = one.created_at or _NEVER
    return made.replace(tzinfo=made.tzinfo or UTC)


def tasks_of(client: Julep, agent: str, limit: int) -> Iterable[Any]:
    """List the newest tasks of an agent."""
    return client.tasks.list(agent, limit=limit)


def docs_of(client: Julep, agent: str, limit: int) -> Iterable[Any]:
    """List the newest documents of an agent."""
    return client.agents.docs.list(agent, limit=limit, include_embeddings=False)


def tools_of(client: Julep, agent: str, limit: int) -> Iterable[Any]:
    """List the newest tools of an agent."""
    return client.agents.tools.list(agent, limit=limit)


def _newest_executions(client: Julep, limit: int) -> list[Any]:
    tasks = _of_agents(tasks_of)(client, OWNERS)
    return latest(
        (one for task in tasks for one in client.tasks.executions.list(task, limit=limit)), limit
    )


_CONTENT: Final = frozenset({"content"})

_KINDS: Final = (
    Kind(
        "agent",
        lambda client, limit: client.agents.list(limit=limit),
        lambda client, which: client.agents.get(which),
        ("name", "model"),
    ),
    Kind(
        "user",
        lambda client, limit: client.users.list(limit=limit),
        lambda client, which: client.users.get(which),
    ),
    Kind(
        "session",
        lambda client, limit: client.sessions.list(limit=limit),
        lambda client, which: client.sessions.get(which),
        ("situation",),
    ),
    Kind("tool", _of_agents(tools_of), None, ("name", "type")),
    Kind(
        "doc",
        _of_agents(docs_of),
        lambda client, which: client.docs.get(which, include_embeddings=False),
        ("title",),
        _CONTENT,
    ),
    Kind("task", _of_agents(tasks_of), lambda client, which: client.tasks.get(which), ("name",)),
    Kind(
        "execution",
        _newest_executions,
        lambda client, which: client.executions.get(which),
        ("status",),
    ),
    Kind(
        "file",
        lambda client, limit: client.files.list(limit=limit),
        lambda client, which: client.files.get(which),
        ("name", "size"),
        _CONTENT,
        _CONTENT,
    ),
    Kind(
        "project",
        lambda client, limit: client.projects.list(limit=limit),
        None,
        ("name", "canonical_name"),
    ),
    Kind(
        "secret",
        lambda client, limit: client.secrets.list(limit=limit),
        None,
        ("name",),
        frozenset({"value"}),
    ),
    Kind(
        "job",
        lambda _client, _limit: (),
        lambda client, which: client.jobs.get(which),
        ("name", "state"),
    ),
)

KINDS: Final = {kind.name: kind for kind in _KINDS}
LISTED: Final = {kind.plural: kind for kind in _KINDS if kind.name != "job"}
"""By their plurals; servers have no list of jobs."""
SHOWN: Final = {kind.name: kind for kind in _KINDS if kind.get}


def plain(one: Any, kind: Kind, *, whole: bool = False) -> Iterator[tuple[str, Any]]:
    """Yield what programs are given of a thing, its kind first."""
    yield "kind", kind.name
    # Sessions have a kind of their own.
    hidden = {"kind", "value"} if whole else {"kind", *kind.hidden}
    yield from ((name, value) for name, value in one.to_dict().items() if name not in hidden)

"""`julep ls`: the newest of each kind."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

import click

from julep.errors import InternalServerError, NotFoundError
from julep.types._repr import cut, iso

from .agent_names import agent_id
from .failures import FAILED, words
from .kinds import LISTED, Kind, docs_of, plain, tasks_of, tools_of
from .options import with_client
from .parameters import AGENT, id_of, kind_of

if TYPE_CHECKING:
    from julep import Julep

    from .screen import Screen

_FEW: Final = 5
_MANY: Final = 20
"""How many are shown of each kind, and of a single one."""
_LONGEST: Final = 60
"""Characters of a field; a situation may be pages long."""
_OF_AGENTS: Final = {"tasks": tasks_of, "docs": docs_of, "tools": tools_of}


@click.command("ls", epilog=f"Kinds: {', '.join(LISTED)}.")
@click.argument("kind", required=False, **kind_of(LISTED))
@click.option(
    "--agent", metavar="AGENT", help="Tasks, tools and docs of this one, by id or name.", **AGENT
)
@click.option("--user", metavar="ID", help="Docs of this user.", **id_of("user"))
@click.option("--task", metavar="ID", help="Executions of this task.", **id_of("task"))
@click.option("-n", "--limit", type=click.IntRange(1), help="Most of each kind (default 5, or 20).")
@with_client
def command(
    screen: Screen,
    client: Julep,
    kind: str | None,
    agent: str | None,
    user: str | None,
    task: str | None,
    limit: int | None,
) -> None:
    """List the newest of each kind, or of one KIND.

    In pipes each line has kind, id, fields and time with tabs in between. With --json each line is an
    object as the API has it, and its "kind"; contents of docs and files, and secrets, are left out.
    What belongs to agents or tasks is looked for with the ten newest of these unless one is named.
    """
    if kind is None and (agent or user or task):
        raise click.UsageError("--agent, --user and --task go with a KIND, such as `ls docs`")
    if kind is None:
        _overview(screen, client, limit or _FEW)
        return
    found = list(_owned(client, kind, agent, user, task, limit or _MANY))
    _show(screen, LISTED[kind], found)
    if not found:
        screen.note(f"there are no {kind}")


def _overview(screen: Screen, client: Julep, limit: int) -> None:
    failures: dict[str, InternalServerError] = {}
    for kind in LISTED.values():
        try:
            found = list(kind.newest(client, limit))
        except NotFoundError:
            # Servers of 2024 have not all of the kinds.
            continue
        except InternalServerError as error:
            failures[kind.plural] = error
            continue
        if found:
            _show(screen, kind, found, title=kind.plural)
    if failures:
        first = next(iter(failures.values()))
        screen.note(f"julep: {', '.join(failures)} can't be listed: {words(first)}")
        raise click.exceptions.Exit(FAILED)


def _owned(
    client: Julep, kind: str, agent: str | None, user: str | None, task: str | None, limit: int
) -> Iterable[Any]:
    if agent and kind in _OF_AGENTS:
        return _OF_AGENTS[kind](client, agent_id(client, agent), limit)
    if user and kind == "docs":
        return client.users.docs.list(user, limit=limit, include_embeddings=False)
    if task and kind == "executions":
        return client.tasks.executions.list(task, limit=limit)
    for option, value in {"--agent": agent, "--user": user, "--task": task}.items():
        if value:
            raise click.UsageError(f"{option} says nothing of {kind}")
    return LISTED[kind].newest(client, limit)


def _show(screen: Screen, kind: Kind, found: Iterable[Any], title: str = "") -> None:
    if screen.wants_json:
        for one in found:
            screen.json(dict(plain(one, kind)))
        return
    rows = [(one.id, *(_cell(one, name) for name in kind.shown), _time(one)) for one in found]
    if screen.is_terminal:
        screen.table(title, ("id", *kind.shown, "created"), rows)
        return
    for row in rows:
        screen.row((kind.name, *row))


def _cell(one: Any, name: str) -> str:
    value = getattr(one, name, None)
    return "" if value is None else cut(str(value), _LONGEST)


def _time(one: Any) -> str:
    return iso(one.created_at) if one.created_at else ""

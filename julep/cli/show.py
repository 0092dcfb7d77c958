"""`julep show`: one thing, whatever it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from julep.errors import APIError, BadRequestError, JulepError, NotFoundError
from julep.types._repr import shown

from .agent_names import AmbiguousAgent, NoSuchAgent, agent_id, is_id
from .cleanup import what_next
from .kinds import SHOWN, Kind, plain
from .options import with_client
from .parameters import ANYTHING, kind_of
from .records import record

if TYPE_CHECKING:
    from julep import Julep

    from .screen import Screen


class NothingFound(JulepError):
    """Nothing has the id."""


@click.command("show")
@click.argument("id", **ANYTHING)
@click.option("--kind", metavar="KIND", help="What it is, to spare the search.", **kind_of(SHOWN))
@with_client
def command(screen: Screen, client: Julep, id: str, kind: str | None) -> None:
    """Show what has this ID, whatever it is.

    It may be an agent, user, session, doc, task, execution, file or job. An agent may be named, too. With --json it is an object as the API has it, and its "kind".
    """
    if not is_id(id):
        id, kind = _agent_called(client, id, kind), "agent"
    found_kind, found = find(client, id, kind)
    if screen.wants_json:
        screen.json(dict(plain(found, found_kind, whole=True)))
        return
    _show(screen, found_kind, found)


def _show(screen: Screen, kind: Kind, found: Any) -> None:
    screen.line(kind.name, "bold")
    fields = shown(found).items()
    for line in record({name: value for name, value in fields if name not in kind.unreadable}):
        screen.line(line)
    if getattr(found, "status", None) == "awaiting_input":
        screen.note(what_next(found))


def _agent_called(client: Julep, name: str, kind: str | None) -> str:
    """Return the id of an agent that is known by name, where one may be meant."""
    if kind not in {None, "agent"}:
        raise NothingFound(f"{name!r} is no id, and only agents are known by name")
    try:
        return agent_id(client, name)
    except AmbiguousAgent:
        raise
    except NoSuchAgent:
        raise NothingFound(
            f"{name!r} is no id, and no agent is called so; `julep show` takes the name of an agent, "
            f"or an id of any of these: {', '.join(SHOWN)}"
        ) from None


def find(client: Julep, id: str, kind: str | None = None) -> tuple[Kind, Any]:
    """Return what has an id, and what it is.

    Raises:
        NothingFound: Nothing has it.
        APIError: The server failed, and nothing was found elsewhere.
    """
    failure: APIError | None = None
    for each in [SHOWN[kind]] if kind else SHOWN.values():
        try:
            if (found := _fetched(client, each, id)) is not None:
                return each, found
        except (NotFoundError, BadRequestError):
            continue
        except APIError as error:
            if error.status < 500:
                raise
            failure = error
    what = kind or "nothing"
    raise failure or NothingFound(f"there is {'no ' if kind else ''}{what} with the id {id}")


def _fetched(client: Julep, kind: Kind, id: str) -> Any:
    assert kind.get
    found = kind.get(client, id)
    # Servers know of no job that it isn't there.
    return None if kind.name == "job" and found.state == "unknown" else found

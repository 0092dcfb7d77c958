"""Agents by what people call them: an id, or a name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import UUID

from julep.errors import JulepError

if TYPE_CHECKING:
    from julep import Julep


_MAKES_ONE: Final = """python -c 'from julep import Julep; Julep().agents.create(name="Ada")'"""
"""Agents are made by programs; this is the shortest, with the address in JULEP_BASE_URL."""


class NoSuchAgent(JulepError):
    """No agent has this name, or not one alone."""


class AmbiguousAgent(NoSuchAgent):
    """Several agents have this name."""


def is_id(text: str) -> bool:
    """Tell whether a text is an id."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def agent_id(client: Julep, agent: str) -> str:
    """Return the id of an agent that is known by id, name or canonical name.

    Raises:
        NoSuchAgent: None has the name.
        AmbiguousAgent: Several do.
    """
    if is_id(agent):
        return agent
    names = {one.id: {one.name, one.canonical_name} for one in client.agents.list()}
    ids = [id for id, called in names.items() if agent in called]
    if len(ids) == 1:
        return ids[0]
    if ids:
        raise AmbiguousAgent(
            f"{len(ids)} agents are called {agent!r}, name one by id: {', '.join(ids)}"
        )
    if not names:
        raise NoSuchAgent(f"this server has no agents; this makes one: {_MAKES_ONE}")
    raise NoSuchAgent(f"no agent is called {agent!r}; `julep ls agents` lists them")

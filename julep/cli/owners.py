"""Whose documents a command is about."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ParamSpec

import click

from .agent_names import agent_id
from .parameters import AGENT, id_of

if TYPE_CHECKING:
    from julep import Julep

P = ParamSpec("P")


def with_owner(function: Callable[P, None]) -> Callable[..., None]:
    """Give a command the options that name the owner of documents."""
    for option in (
        click.option("--user", metavar="ID", help="Documents of this user.", **id_of("user")),
        click.option(
            "--agent", metavar="AGENT", help="Documents of this agent, by id or name.", **AGENT
        ),
    ):
        function = option(function)
    return function


def owned_docs(client: Julep, agent: str | None, user: str | None) -> tuple[Any, str]:
    """Return what has the documents, and the id of their owner.

    Raises:
        UsageError: Not exactly one owner is named.
        NoSuchAgent: No agent has the name.
    """
    if bool(agent) == bool(user):
        raise click.UsageError("name the owner, either by --agent or by --user")
    if agent:
        return client.agents.docs, agent_id(client, agent)
    return client.users.docs, str(user)

"""`julep search`: documents that fit a question."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from .options import with_client
from .owners import owned_docs, with_owner

if TYPE_CHECKING:
    from julep import Julep
    from julep.types import DocReference

    from .screen import Screen

_SNIPPET = 300
"""Characters of the best piece that are shown in a terminal."""


@click.command("search")
@click.argument("text", nargs=-1, required=True)
@with_owner
@click.option(
    "--mode",
    type=click.Choice(["hybrid", "text", "vector"]),
    default="hybrid",
    show_default=True,
    help="What counts: words and meaning, words, or meaning.",
)
@click.option("-n", "--limit", type=click.IntRange(1, 50), default=5, show_default=True)
@with_client
def command(
    screen: Screen,
    client: Julep,
    text: tuple[str, ...],
    agent: str | None,
    user: str | None,
    mode: Any,
    limit: int,
) -> None:
    """Search the documents of an agent or a user for a TEXT.

    Of each hit, the best first, a terminal shows score (0 to 1), title and the best piece; in pipes these have tabs in
    between. With --json each hit is an object as the API has it, and its "score".
    """
    docs, owner = owned_docs(client, agent, user)
    found = docs.search(
        owner, text=" ".join(text), mode=mode, limit=limit, include_embeddings=False
    ).docs
    for hit in found:
        _show(screen, hit)
    if not found:
        screen.note("nothing was found")


def _show(screen: Screen, hit: DocReference) -> None:
    score, piece = f"{hit.score or 0:.2f}", hit.snippet.content if hit.snippet else ""
    if screen.wants_json:
        screen.json({"score": hit.score, **hit.to_dict()})
    elif screen.is_terminal:
        screen.line(f"{score}  {hit.title or ''}", "bold")
        screen.write(f"{piece[:_SNIPPET].strip()}{'…' if len(piece) > _SNIPPET else ''}\n\n")
    else:
        screen.row((score, hit.title or "", hit.id, piece))

"""`julep logs`: what an execution did."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from julep.types._repr import iso

from .cleanup import what_next
from .options import with_client
from .parameters import id_of
from .transition_lines import LONGEST, STYLES, output_of, told

if TYPE_CHECKING:
    from julep import Julep
    from julep.types import Execution, Transition

    from .screen import Screen


@click.command("logs")
@click.argument("execution", **id_of("execution"))
@click.option("-f", "--follow", is_flag=True, help="Go on until it has ended.")
@click.option("--whole", is_flag=True, help="Write outputs whole, however long.")
@with_client
def command(screen: Screen, client: Julep, execution: str, follow: bool, whole: bool) -> None:
    """Tell what an EXECUTION did, oldest first.

    A line for each transition: time, step and output; in the end, stderr says how the execution stands.
    With --json each transition is an object as the API has it.
    """
    transitions, asked = client.executions.transitions, None
    if follow:
        with transitions.stream(execution) as news:
            for one in news:
                _show(screen, one, whole=whole)
                if one.type == "wait":
                    _say_what_it_waits_for(screen, client.executions.get(execution), one.output)
    else:
        for one in transitions.list(execution, direction="asc"):
            _show(screen, one, whole=whole)
            asked = one.output if one.type == "wait" else asked
    if not screen.wants_json:
        now = client.executions.get(execution)
        error = f": {now.error}" if now.error else ""
        screen.note(f"{now.status}{error}")
        _say_what_it_waits_for(screen, now, asked)


def _say_what_it_waits_for(screen: Screen, now: Execution, asked: Any) -> None:
    if now.status == "awaiting_input" and not screen.wants_json:
        screen.note(what_next(now, asked))


def _show(screen: Screen, one: Transition, *, whole: bool) -> None:
    if screen.wants_json:
        screen.json(one.to_dict())
        return
    time = f"{iso(one.created_at)}  " if one.created_at else ""
    output = output_of(one, None if whole else LONGEST)
    screen.line(f"{time}{told(one)}  {output}".rstrip(), STYLES.get(one.type, ""))

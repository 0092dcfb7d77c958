"""`julep run`: a task in a file, run to its end."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from .agent_names import agent_id
from .answers import ask
from .following import Limits, fail, follow, with_limits
from .option_values import merged_objects
from .options import with_client
from .outcomes import ENDING
from .parameters import AGENT
from .placed_tasks import own_agent, placed
from .task_sources import load, with_variables

if TYPE_CHECKING:
    from julep import Julep

    from .screen import Screen


_EPILOG = """
Exit status: 0 succeeded, 1 failed or cancelled, 2 wrong usage or file, 3 did not end in time, 4 needs
input, 130 Ctrl-C or SIGTERM. After 3, 4 and 130 the execution goes on and its task stays, unless --cancel.
"""


@click.command("run", epilog=_EPILOG)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option(
    "-i",
    "--input",
    "input",
    multiple=True,
    callback=merged_objects,
    metavar="JSON",
    help="Input: a JSON object, @FILE with one (@- is stdin), or name=value; may be repeated.",
)
@click.option("--agent", metavar="AGENT", help="Agent to run it under, by id or name.", **AGENT)
@click.option("--model", metavar="NAME", help="Model of the agent that is made without --agent.")
@with_variables
@click.option(
    "--keep", is_flag=True, help="Leave the task there, with its executions, for `julep logs`."
)
@with_limits
@with_client
def command(
    screen: Screen,
    client: Julep,
    file: str,
    input: dict[str, Any],
    agent: str | None,
    model: str | None,
    variables: Mapping[str, Any],
    keep: bool,
    limits: Limits,
) -> None:
    """Run the task in FILE, in YAML or JSON, and write its output.

    Steps are told on stderr. What the task waits for is asked in a terminal; in a pipe, each line of
    stdin is an answer: JSON, name=value ..., or a text. What nobody answers, `julep answer` can later.
    Under --agent the task stays, one for each name of a file. Without it an agent `julep-run` is ensured;
    the task goes, with its executions, when the run has ended, unless --keep.

    With --json one object is written in the end: status (succeeded, failed, cancelled, timed_out,
    awaiting_input, interrupted, error), execution_id, task_id, output, error, question, seconds.
    """
    if agent and model:
        raise click.UsageError("--model is of the agent that is made without --agent")
    try:
        task = load(file, variables)
        owner = agent_id(client, agent) if agent else own_agent(client, model)
        there = placed(client, task, owner, keep=keep or agent is not None)
    except ENDING as error:
        fail(screen, error)
    run = partial(client.tasks.run, there.task, input=input, metadata=there.marks)
    follow(screen, there, run, ask, limits)

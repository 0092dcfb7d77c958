"""The commands, and how each of them ends."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Final

import click
from click.shell_completion import shell_complete

from julep._version import __version__

from .completion import NAME, VARIABLE
from .failures import EXPECTED, meant, status_of

COMMANDS: Final = (
    "serve",
    "chat",
    "run",
    "answer",
    "check",
    "logs",
    "ls",
    "show",
    "docs",
    "search",
    "doctor",
    "completion",
)
"""In the order of the help; each is a module of this package with a `command`."""

_EPILOG: Final = """
\b
Server:  JULEP_BASE_URL and JULEP_API_KEY, or --base-url and --api-key.
Output:  --json on each command; no colours in pipes, or with NO_COLOR.
Shells:  julep completion --help switches on completion.
Extra:   serve and check need more: pip install "julep-sdk[cli,local]"

\b
Exit status:
  0    done; the execution succeeded
  1    it failed, or the server did
  2    wrong usage, file or setting
  3    the execution did not end in time
  4    the execution needs input that nobody gives
  130  Ctrl-C, or SIGTERM
  141  whoever read the output has gone
"""


class _Commands(click.Group):
    """Commands that are imported when they are needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return their names."""
        del ctx
        return list(COMMANDS)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read what stands before the command; say where the options of commands go."""
        typed = list(args)
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            name, option = next(filter(COMMANDS.__contains__, typed), None), error.option_name
            command = self.get_command(ctx, name) if name else None
            if command is None or not any(option in one.opts for one in command.params):
                raise
            ctx.fail(f"{option} goes after the command: `{NAME} {name} {option} ...`")

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is typed; say which one was meant where there is none."""
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            ctx.fail(f"there is no command {name!r}; {meant(name, COMMANDS)}")
        return super().resolve_command(ctx, args)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one of them."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"{__package__}.{cmd_name}").command
        return command


@click.group(
    cls=_Commands,
    help="The Julep agents API: run a server, talk to agents, run tasks.",
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, message=f"julep-sdk {__version__}")
def app() -> None:
    """Do nothing by itself."""


def run(arguments: Sequence[str]) -> int:
    """Run a command; return its exit status."""
    try:
        if asked := os.environ.get(VARIABLE):
            return shell_complete(app, {}, NAME, VARIABLE, asked)
        # Not `app.main`, which has statuses of its own for Ctrl-C and closed pipes.
        with app.make_context(NAME, list(arguments)) as context:
            app.invoke(context)
        sys.stdout.flush()
    except ModuleNotFoundError:
        # Of an extra, which the caller names.
        raise
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except (*EXPECTED, click.ClickException) as error:
        return status_of(error)
    return 0

"""`julep completion`: what shells need to complete the command."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import click
from click.shell_completion import get_completion_class

from .screen import Screen

NAME: Final = "julep"
VARIABLE: Final = "_JULEP_COMPLETE"
"""What shells call, and how they ask it to complete."""
_SHELLS: Final = ("bash", "zsh", "fish")


_EPILOG: Final = """
\b
bash, in ~/.bashrc:  eval "$(julep completion bash)"
zsh, in ~/.zshrc:    eval "$(julep completion zsh)"
fish:  julep completion fish > ~/.config/fish/completions/julep.fish
"""


@click.command("completion", epilog=_EPILOG)
@click.argument("shell", type=click.Choice(_SHELLS), required=False)
@click.pass_context
def command(context: click.Context, shell: str | None) -> None:
    """Write what makes a SHELL complete this command.

    Without a SHELL, it is your own.
    """
    shell = shell or Path(os.environ.get("SHELL", "")).name
    completion = get_completion_class(shell) if shell in _SHELLS else None
    if completion is None:
        raise click.UsageError(f"name the shell: {', '.join(_SHELLS)}")
    root = context.find_root().command
    Screen().write(completion(root, {}, NAME, VARIABLE).source())

"""The options of commands that talk to a server, and the client that they describe."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec

import click

from julep._options import shown_url
from julep.errors import ConfigurationError

from .extras import INSTALL, is_local_there
from .screen import Screen

if TYPE_CHECKING:
    from julep import Julep

P = ParamSpec("P")

_ADDRESSES = ("JULEP_BASE_URL", "JULEP_API_URL", "JULEP_ENVIRONMENT")
_NO_ADDRESS = (
    "no server is named: pass its address as --base-url, or set JULEP_BASE_URL; "
    "`julep serve` starts one here"
)


def with_json(function: Callable[Concatenate[Screen, P], None]) -> Callable[..., None]:
    """Give a command the option `--json`, and a screen."""

    @click.option("--json", "wants_json", is_flag=True, help="Write JSON, one object a line.")
    @wraps(function)
    def command(wants_json: bool, *args: Any, **kwargs: Any) -> None:
        function(Screen(wants_json=wants_json), *args, **kwargs)

    return command


def with_connection(function: Callable[P, None]) -> Callable[..., None]:
    """Give a command the options that name a server, as keywords of `connect`."""
    for option in (
        click.option(
            "--auth-key",
            metavar="KEY",
            help="Key in the header X-Auth-Key instead, which some servers want.",
        ),
        click.option(
            "--api-key", metavar="KEY", help="Key; better in JULEP_API_KEY, which nobody sees."
        ),
        click.option("--base-url", metavar="URL", help="Address of the server (JULEP_BASE_URL)."),
    ):
        function = option(function)
    return function


def with_client(function: Callable[Concatenate[Screen, Julep, P], None]) -> Callable[..., None]:
    """Give a command the options that all such commands have, a screen and a client."""

    @with_json
    @with_connection
    @wraps(function)
    def command(
        screen: Screen,
        *args: Any,
        base_url: str | None,
        api_key: str | None,
        auth_key: str | None,
        **kwargs: Any,
    ) -> None:
        for name, value in kwargs.items():
            # Of a variable in a script that is not set: without it, something else would be done.
            if value == "":
                raise click.UsageError(f"{name} is empty")
        with connect(base_url, api_key, auth_key) as client:
            function(screen, client, *args, **kwargs)

    return command


def connect(base_url: str | None, api_key: str | None, auth_key: str | None) -> Julep:
    """Make the client that options and variables describe.

    Raises:
        ConfigurationError: No server is named, or something can't be used.
    """
    from julep import Julep

    if not (base_url or any(map(os.environ.get, _ADDRESSES))):
        more = "" if is_local_there() else f", after {INSTALL}"
        raise ConfigurationError(f"{_NO_ADDRESS}{more}")
    return Julep(base_url=base_url, api_key=api_key, auth_key=auth_key)


def to_type(*words: str) -> str:
    """Return a command for the same server as this one's, as people type it."""
    context = click.get_current_context(silent=True)
    given = context.params if context else {}
    more = ["--base-url", shown_url(given["base_url"])] if given.get("base_url") else []
    for option, value in {"--api-key": "api_key", "--auth-key": "auth_key"}.items():
        more += [option, "KEY"] if given.get(value) else []
    return f"`{shlex.join(['julep', *words, *more])}`"

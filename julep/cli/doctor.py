"""`julep doctor`: what is wrong with a server, or with the way to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs
import click

from .failures import FAILED
from .options import with_connection, with_json
from .server_checks import examine

if TYPE_CHECKING:
    from .screen import Screen
    from .server_checks import Check

_STYLES: Final = {"ok": "green", "warning": "yellow", "failed": "red", "skipped": "dim"}


@click.command("doctor")
@with_json
@with_connection
def command(
    screen: Screen, base_url: str | None, api_key: str | None, auth_key: str | None
) -> None:
    """Say what is wrong with a server, or with the way to it.

    Looks at address, TLS, prefix, key, generation, model and embeddings, and says what to do. Nothing is changed on the server. The status is 1 if address, TLS, prefix or key are wrong; what is
    wrong with models is a warning. With --json, one object: ok, and checks (name, state, detail, fix).
    """
    found: list[Check] = []
    for check in examine(base_url, api_key, auth_key):
        found.append(check)
        if not screen.wants_json:
            _show(screen, check)
    is_ok = all(check.state != "failed" for check in found)
    if screen.wants_json:
        screen.json({"ok": is_ok, "checks": [attrs.asdict(check) for check in found]})
    if not is_ok:
        raise click.exceptions.Exit(FAILED)


def _show(screen: Screen, check: Check) -> None:
    screen.line(f"{check.state:<8}  {check.name:<10}  {check.detail}", _STYLES[check.state])
    if check.fix:
        screen.line(f"{'':<22}{check.fix}")

"""`julep doctor`: what is wrong with a server, or with the way to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs
import click

from .failures import FAILED
from .findings import examine
from .options import with_connection, with_json

if TYPE_CHECKING:
    from .findings import Finding
    from .screen import Screen

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
    found: list[Finding] = []
    for finding in examine(base_url, api_key, auth_key):
        found.append(finding)
        if not screen.wants_json:
            _show(screen, finding)
    is_ok = all(finding.state != "failed" for finding in found)
    if screen.wants_json:
        screen.json({"ok": is_ok, "checks": [attrs.asdict(finding) for finding in found]})
    if not is_ok:
        raise click.exceptions.Exit(FAILED)


def _show(screen: Screen, finding: Finding) -> None:
    screen.line(f"{finding.state:<8}  {finding.name:<10}  {finding.detail}", _STYLES[finding.state])
    if finding.fix:
        screen.line(f"{'':<22}{finding.fix}")

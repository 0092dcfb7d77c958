"""The API's description as a page to read, without scripts of others."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .openapi import Document

_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>{title}</title>
<style>
body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }}
td {{ padding: .2rem .8rem .2rem 0; vertical-align: top }}
td, code {{ font-family: ui-monospace, monospace; font-size: .9rem }}
td:last-child {{ font-family: inherit }}
</style>
<h1>{title}</h1>
<p>For programs: <a href="openapi.json">openapi.json</a>. Requests show the server's key as
<code>Authorization: Bearer …</code> or <code>X-Auth-Key</code>.</p>
<table>{rows}</table>
</html>
"""


def page(document: Document) -> str:
    """Show the operations of an OpenAPI document in a table."""
    rows = (
        (method.upper(), path, str(operation["summary"]))
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    )
    return _PAGE.format(title=escape(document["info"]["title"]), rows="\n".join(map(_row, rows)))


def _row(cells: tuple[str, ...]) -> str:
    return f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"

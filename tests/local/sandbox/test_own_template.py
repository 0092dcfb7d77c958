"""The default system message, which is rendered without a worker."""

from __future__ import annotations

from typing import Any

import anyio
import pytest

from julep.local.errors import BadRequest
from julep.local.sandbox import isolated
from julep.local.sandbox.own_template import render_own
from julep.local.sandbox.system_template import DEFAULT_SYSTEM_TEMPLATE
from julep.local.sandbox.templates import render


def names(**agent: Any) -> dict[str, Any]:
    """What the template sees."""
    return {"agent": {"name": "Ada", **agent}, "user": None, "session": {}, "docs": []}


def test_it_is_what_a_worker_would_render() -> None:
    """Whatever of the agent looks like a template stays text."""
    known = names(instructions=["be kind", "{{ 7 * 6 }}"])
    assert render_own(known) == render(DEFAULT_SYSTEM_TEMPLATE, known)
    assert "- {{ 7 * 6 }}" in str(render_own(known))


def test_what_takes_long_is_left_to_a_worker() -> None:
    """What is too long is refused by either."""
    assert render_own(names(instructions=["a"] * 100), seconds=0) is None
    with pytest.raises(BadRequest, match="writes more than"):
        render_own(names(about="x" * 600_000))


def test_it_stands_in_its_place_among_others() -> None:
    """Other templates of the same request are a worker's."""

    async def main() -> list[str]:
        sources = ["plain", "{{ 1 + 1 }}", DEFAULT_SYSTEM_TEMPLATE, "{{ agent.name }}"]
        return await isolated.render(sources, names())

    plain, first, own, second = anyio.run(main)
    assert (plain, first, second) == ("plain", "2", "Ada")
    assert own == render_own(names())

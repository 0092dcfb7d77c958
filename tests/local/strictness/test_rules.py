"""What is refused because the self-hosted server refuses it."""

from __future__ import annotations

from typing import Any

import anyio
import pytest

from julep.local.fields import Field, Form, text
from julep.local.resources.tools import problems_of_tools
from julep.local.strictness import Strictness
from julep.local.strictness.integration_fields import TAKES
from julep.local.strictness.integrations import METHODS, SETUP

STRICT, LENIENT = Strictness(), Strictness(on=False)


def integration(provider: str, **more: Any) -> Any:
    """A tool."""
    spec = {"provider": provider, **more}
    return {"name": "t", "type": "integration", "integration": spec}


MAIL = {"host": "h", "port": "587", "user": "u", "password": "p"}


@pytest.mark.parametrize(
    ("tool", "places"),
    [
        (
            {
                "name": "t",
                "type": "integration",
                "integration": {"provider": "brave", "method": "search"},
            },
            [],
        ),
        (
            {"name": "t", "type": "integration", "integration": {"provider": "x"}},
            ["integration.provider"],
        ),
        (
            {
                "name": "t",
                "type": "integration",
                "integration": {"provider": "brave", "method": "x"},
            },
            ["integration.method"],
        ),
        (
            {"name": "t", "type": "integration", "integration": {"provider": "brave", "setup": {}}},
            ["integration.setup.brave_api_key"],
        ),
        (integration("wikipedia", arguments={"query": "x", "load_max_docs": 3}), []),
        (integration("wikipedia", arguments={}), ["integration.arguments.query"]),
        (
            integration("arxiv", arguments={"query": "x", "max_results": 0}),
            ["integration.arguments.max_results"],
        ),
        (integration("email", setup=MAIL), []),
        (integration("email", setup={**MAIL, "port": "$ secrets.P"}), ["integration.setup.port"]),
        (integration("mailgun", setup={}), ["integration.setup.api_key"]),
        ({"name": "t"}, ["type"]),
        ({"name": "t", "type": "function"}, ["function"]),
    ],
)
def test_strictness_says_what_servers_of_2025_refuse(tool: Any, places: list[str]) -> None:
    """Switched off, it says nothing."""
    assert [each["loc"] for each in STRICT.tool(tool)] == places
    assert LENIENT.tool(tool) == problems_of_tools([tool], LENIENT) == []
    found = {each["loc"] for each in problems_of_tools([tool], STRICT)}
    assert found >= {f"tools[0].{place}" for place in places}
    assert SETUP.keys() <= METHODS.keys()
    assert {f"{name}.{each}" for name, methods in METHODS.items() for each in methods} >= set(TAKES)


def test_a_form_may_be_lenient() -> None:
    """Where the rules are off, its fields are checked only so far."""
    form = Form[Any]({"name": Field(text(3)), "about": Field(text(), "")})
    assert STRICT.form(form, name=text()) is form
    lenient = LENIENT.form(form, name=text())
    assert lenient.read({"name": "a"}) == {"name": "a", "about": ""}
    assert form.fields["about"] is lenient.fields["about"]


def test_a_task_is_checked_as_strictly_as_it_is_asked_for() -> None:
    """What only the self-hosted server refuses runs here."""
    task: Any = {"main": [{"evaluate": {"a": 5}}]}
    assert [issue.location for issue in anyio.run(STRICT.task, task)] == ["main[0].evaluate.a"]
    assert anyio.run(LENIENT.task, task) == []

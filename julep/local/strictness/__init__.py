"""What is refused only because self-hosted servers of 2025 refuse it, or are certain to fail on it.

`Strictness` is the one place that knows whether it is; `LocalServer(strict=False)` switches it off.
What the API itself asks for (types, sizes, required fields) holds always.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

import attrs

from julep.local.fields import Check, Form, Problems, one_of, problem
from julep.local.workflow import Issue, validate_isolated
from julep.types._json import JsonObject, as_object, is_object

from .integration_fields import TAKES
from .integrations import METHODS, SETUP

T = TypeVar("T")

__all__ = ["Strictness"]


@attrs.frozen
class Strictness:
    """The rules of self-hosted servers, when they are `on`."""

    on: bool = True

    async def task(self, task: Mapping[str, object]) -> list[Issue]:
        """Find what is wrong with a task."""
        return await validate_isolated(task, strict=self.on)

    def tool(self, tool: object, place: str = "") -> Problems:
        """Find what is wrong with a tool; `place` is where it stands, up to the dot."""
        problems: Problems = []
        if self.on and is_object(tool):
            _check_tool(tool, place, problems)
        return problems

    def form(self, form: Form[T], **lenient: Check) -> Form[T]:
        """Make a form, whose fields are checked less where the rules are off."""
        if self.on:
            return form
        fields = {name: attrs.evolve(form.fields[name], check=lenient[name]) for name in lenient}
        return attrs.evolve(form, fields={**form.fields, **fields})


def _check_tool(tool: JsonObject, place: str, problems: Problems) -> None:
    kind = tool.get("type")
    if kind is None:
        problem(problems, "missing", "Field required", f"{place}type", tool)
    elif tool.get(str(kind)) is None:
        message = f"Field required: a tool of type {kind} needs it"
        problem(problems, "missing", message, f"{place}{kind}", tool)
    elif kind == "integration":
        _check_integration(as_object(tool.get("integration")), f"{place}integration.", problems)


def _check_integration(spec: JsonObject, place: str, problems: Problems) -> None:
    provider, method, setup = (spec.get(name) for name in ("provider", "method", "setup"))
    one_of(*METHODS)(provider, f"{place}provider", problems)
    methods: Iterable[str] = METHODS.get(str(provider), ())
    if method is not None and methods:
        one_of(*methods)(method, f"{place}method", problems)
    takes = TAKES.get(f"{provider}.{method or next(iter(methods), None)}")
    if takes and (arguments := spec.get("arguments")) is not None:
        takes.arguments(arguments, f"{place}arguments", problems)
    if takes and takes.setup and setup is not None:
        takes.setup(setup, f"{place}setup", problems)
        return
    for name in SETUP.get(str(provider), ()) if setup is not None else ():
        if as_object(setup).get(name) is None:
            problem(problems, "missing", "Field required", f"{place}setup.{name}", "(not shown)")

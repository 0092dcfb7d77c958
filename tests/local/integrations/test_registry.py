"""Which function stands for which integration."""

from __future__ import annotations

import threading
from typing import Any

import anyio
import anyio.lowlevel
import anyio.to_thread
import pytest

from julep.local.integrations.registry import Registry
from julep.local.outbound.client import MOST_THREADS, OutboundClient
from julep.local.outbound.policy import CallPolicy
from julep.local.scripting import Integrations, Web
from julep.local.workflow.ports import EffectError
from julep.types._json import JsonObject
from tests.conftest import PATIENCE


def called(integrations: Integrations, arguments: Any = None, **definition: Any) -> Any:
    """What an integration gives."""
    policy = CallPolicy(allow_api_calls=False, allow_private_calls=False, max_api_call_bytes=1)
    registry = Registry(integrations, OutboundClient(policy, Web()))
    return anyio.run(registry.call, definition, arguments)


def test_what_is_scripted_comes_first() -> None:
    """Then a function of the program; all calls are noted."""
    integrations = Integrations()
    integrations.provide({"brave.search": lambda arguments, setup: [arguments, setup]})
    given = {"provider": "brave", "method": "search", "setup": {"k": 1}}
    assert called(integrations, {"q": "x"}, **given) == [{"q": "x"}, {"k": 1}]
    integrations.add("brave", "search", result=[2])
    assert called(integrations, {"q": "y"}, **given) == [2]
    integrations.add("brave", "search", error="no")
    with pytest.raises(EffectError, match=r"^no$"):
        called(integrations, **given)
    assert [call["arguments"] for call in integrations.calls] == [{"q": "x"}, {"q": "y"}, {}]
    assert integrations.calls[0] == {**given, "arguments": {"q": "x"}}


def test_a_method_that_is_not_named_is_the_providers_first() -> None:
    """One of an unknown provider stands for itself."""
    integrations = Integrations()
    integrations.add("spider", "crawl", result=1)
    assert called(integrations, provider="spider") == 1
    with pytest.raises(EffectError, match="The integration mine isn't available"):
        called(integrations, provider="mine")
    assert [call["method"] for call in integrations.calls] == ["crawl", None]


def test_functions_that_take_long_hold_nobody_else() -> None:
    """However many are called at a time: answers are unpacked on threads as well."""
    end, integrations, ended = threading.Event(), Integrations(), list[bool]()
    integrations.provide({"brave.search": lambda _, __: ended.append(end.wait(PATIENCE))})

    step: JsonObject = {"provider": "brave", "method": "search"}
    arguments: JsonObject = {}

    async def others() -> None:
        policy = CallPolicy(allow_api_calls=False, allow_private_calls=False, max_api_call_bytes=1)
        registry = Registry(integrations, OutboundClient(policy, Web()))
        async with anyio.create_task_group() as group:
            for _ in range(MOST_THREADS):
                group.start_soon(registry.call, step, arguments)
            await anyio.wait_all_tasks_blocked()
            await anyio.to_thread.run_sync(end.set)

    anyio.run(others)
    assert ended == [True] * MOST_THREADS


def test_a_function_can_not_change_what_it_is_given() -> None:
    """It may wait, and what it raises is told."""
    arguments = {"list": [1]}

    def change(given: Any, setup: Any) -> Any:
        given["list"].append(setup)
        return given

    async def wait(given: Any, setup: Any) -> Any:
        await anyio.lowlevel.checkpoint()
        return [given, setup]

    def fail(given: Any, setup: Any) -> Any:
        raise KeyError(given, setup)

    integrations = Integrations()
    integrations.provide({"a.change": change, "a.wait": wait, "a.fail": fail})
    assert called(integrations, arguments, provider="a", method="change") == {"list": [1, {}]}
    assert arguments == {"list": [1]}
    assert called(integrations, arguments, provider="a", method="wait") == [arguments, {}]
    with pytest.raises(EffectError, match=r"^KeyError: "):
        called(integrations, provider="a", method="fail")
    with pytest.raises(EffectError, match=r"LocalServer\(integrations=\{'a.b': function\}\)"):
        called(integrations, provider="a", method="b")


def test_no_failure_shows_a_key() -> None:
    """Whoever tells it, and however it is spelt there; other parts of a setup stay readable."""

    def fail(arguments: Any, setup: Any) -> Any:
        raise ValueError(f"{setup} at https://x.test?key=a+long%20key")

    integrations = Integrations()
    integrations.provide({"a.fail": fail})
    setup = {"api_key": "a long key", "host": "mail.test", "password": ""}
    with pytest.raises(EffectError) as caught:
        called(integrations, provider="a", method="fail", setup=setup)
    assert "mail.test" in str(caught.value)
    assert "a long key" not in str(caught.value)


def test_what_is_built_in_comes_last() -> None:
    """And not at all in a test that scripts others, which can't mean to reach a service."""
    given = {"provider": "wikipedia", "method": "search"}
    integrations = Integrations()
    with pytest.raises(EffectError, match="switched off"):
        called(integrations, {"query": "x"}, **given)
    integrations.add("brave", "search", result=[1])
    with pytest.raises(EffectError, match=r"Nothing is scripted .* integrations.add\('wikipedia'"):
        called(integrations, {"query": "x"}, **given)
    integrations.provide({"wikipedia.search": lambda arguments, setup: [arguments, setup]})
    assert called(integrations, {"query": "x"}, **given) == [{"query": "x"}, {}]

"""What built-in integrations may reach, and how much they may bring back."""

from __future__ import annotations

from typing import Any

import anyio
import pytest

from julep.local.integrations.built_in import BuiltIn
from julep.local.integrations.service import read_json
from julep.local.outbound.client import OutboundClient
from julep.local.outbound.policy import CallPolicy
from julep.local.scripting import Web
from julep.local.strictness.integration_fields import TAKES
from julep.local.workflow.ports import EffectError, HttpReply
from julep.types._json import JsonObject
from tests.local.integrations.conftest import Integrate, service
from tests.local.integrations.test_wikipedia import encyclopedia


def test_services_are_bound_by_the_policy_of_api_calls(integrate: Integrate) -> None:
    """Switched off, or private, they are not asked; nor is one that can't be reached asked again."""
    with service(encyclopedia) as wire:
        with pytest.raises(EffectError, match="switched off"):
            integrate("wikipedia.search", wire.url, {"query": "x"}, allow=False)
        with pytest.raises(EffectError, match="no public address"):
            integrate("wikipedia.search", wire.url, {"query": "x"}, private=False)
        assert wire.seen == []
    with pytest.raises(EffectError, match="refused") as caught:
        integrate("wikipedia.search", wire.url, {"query": "x"})
    assert not caught.value.transient


def test_all_answers_together_are_bounded(integrate: Integrate) -> None:
    """However many requests an integration makes."""
    with (
        service(encyclopedia) as wire,
        pytest.raises(EffectError, match=r"longer than 5,100 bytes in all.*max_api_call_bytes"),
    ):
        integrate("wikipedia.search", wire.url, {"query": "x"}, most_bytes=5_100)
    assert len(wire.seen) == 4


def test_a_redirect_is_followed(integrate: Integrate) -> None:
    """To where the service went."""
    with (
        service(lambda _: {"query": {"search": []}}) as there,
        service(lambda _: {}, status=f"301 Moved\r\nLocation: {there.url}/there") as here,
    ):
        assert integrate("wikipedia.search", here.url, {"query": "x"}) == {"documents": []}
        assert [seen.target for seen in there.seen] == ["/there"]


def test_services_can_be_scripted_as_other_servers(integrate: Integrate) -> None:
    """The request is noted, without what must not be shown."""
    web = Web()
    web.add("https://api.openweathermap.org/data/2.5/weather", json={})
    given: Any = {"location": "Oslo"}
    result = integrate("weather.get", None, given, web=web, openweathermap_api_key="key1")
    assert result["result"].startswith("The weather in Oslo:")
    assert "key1" not in str(web.calls)


@pytest.mark.parametrize("key", ["a key\n", " a key", "a\r\nX-Evil: 1", "a kéy", "a\0key"])
def test_a_key_that_cannot_be_sent_is_not_told(integrate: Integrate, key: str) -> None:
    """Nor any letter of it; it adds no header."""
    with service(lambda _: {}) as wire:
        with pytest.raises(EffectError, match="value of X-Subscription-Token may hold") as caught:
            integrate("brave.search", wire.url, {"query": "x"}, brave_api_key=key)
        assert wire.seen == []
    assert "key" not in str(caught.value)
    assert "\\x" not in str(caught.value)


def test_what_takes_too_long_fails() -> None:
    """However many requests it makes, its time is that of all of them."""

    async def run(*_given: object) -> None:
        await anyio.sleep_forever()

    slow = BuiltIn(run=run, takes=TAKES["wikipedia.search"], seconds=0.01)
    policy = CallPolicy(allow_api_calls=True, allow_private_calls=True, max_api_call_bytes=1)
    given: JsonObject = {"query": "x"}
    with pytest.raises(EffectError, match=r"more than 0\.01 seconds"):
        anyio.run(slow.call, OutboundClient(policy, Web()), "", given, JsonObject())


def test_an_answer_is_json() -> None:
    """Or a failure that says where it came from, without the query."""
    assert read_json(HttpReply(status_code=200, headers={}, content=b"[1]")) == [1]
    reply = HttpReply(status_code=200, headers={}, content=b"", url="http://a/b?key=c")
    with pytest.raises(EffectError, match=r"\(at http://a/b\)"):
        read_json(reply)

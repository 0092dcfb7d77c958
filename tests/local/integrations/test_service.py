"""What built-in integrations may reach, and how much they may bring back."""

from __future__ import annotations

from typing import Any

import pytest

from julep.local.integrations.built_in import whole_number
from julep.local.integrations.service import read_json
from julep.local.scripting import Web
from julep.local.workflow.ports import EffectError, HttpReply
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


def test_whole_numbers_may_be_texts() -> None:
    """As secrets and templates give them; half ones stay wrong."""
    check = whole_number(1, 3)
    problems: Any = []
    assert [check(value, "n", problems) for value in (1, "2", 3.0)] == [1, 2, 3]
    assert problems == []
    for value in (2.5, "x", "4", True):
        check(value, "n", problems)
    assert len(problems) == 4


def test_an_answer_is_json() -> None:
    """Or a failure that says where it came from, without the query."""
    assert read_json(HttpReply(status_code=200, headers={}, content=b"[1]")) == [1]
    reply = HttpReply(status_code=200, headers={}, content=b"", url="http://a/b?key=c")
    with pytest.raises(EffectError, match=r"\(at http://a/b\)"):
        read_json(reply)

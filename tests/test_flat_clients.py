"""The documented clients themselves: constructor, keys, timeouts, and what they share with `Julep`."""

from __future__ import annotations

import inspect
from typing import Any

import anyio
import httpx
import pytest
from pytest_httpx import HTTPXMock

from julep import AsyncJulep, AsyncJulepApi, Julep, JulepApi, JulepApiEnvironment
from julep.errors import ConfigurationError

from .flat_client import KEYS, URL, client_of
from .recorded import exchanges

RECORDED = exchanges()
BOTH = pytest.mark.parametrize("api", [JulepApi, AsyncJulepApi])


@BOTH
def test_constructor_is_that_of_the_document(api: type[Any]) -> None:
    """Seven keywords in the printed order; only the keys are required."""
    parameters = inspect.signature(api).parameters.values()
    assert {parameter.kind for parameter in parameters} == {inspect.Parameter.KEYWORD_ONLY}
    assert [(parameter.name, parameter.default) for parameter in parameters] == [
        ("base_url", None),
        ("environment", JulepApiEnvironment.DEFAULT),
        ("auth_key", inspect.Parameter.empty),
        ("api_key", inspect.Parameter.empty),
        ("timeout", None),
        ("follow_redirects", True),
        ("httpx_client", None),
    ]


@BOTH
@pytest.mark.parametrize("missing", KEYS)
def test_both_keys_are_required(api: type[Any], missing: str) -> None:
    """A client without one of its keys is not made, and the error names the key."""
    keys = {key: value for key, value in KEYS.items() if key != missing}
    with pytest.raises(TypeError, match=missing):
        api(**keys)
    with pytest.raises(ConfigurationError, match=missing):
        api(**keys, **{missing: None})


@BOTH
def test_a_client_needs_an_address(api: type[Any]) -> None:
    """Without base_url and environment there is no client; the error names both."""
    with pytest.raises(ConfigurationError, match="base_url or environment"):
        client_of(api, base_url=None, environment=None)
    assert URL in repr(client_of(api))
    assert "https://api-alpha.julep.ai/api" in repr(client_of(api, base_url=None))


@BOTH
def test_an_environment_is_one_of_the_sdk(api: type[Any]) -> None:
    """A name that is no address, such as those of the fluent client, is refused."""
    with pytest.raises(ConfigurationError, match="'production' is not an address"):
        client_of(api, base_url=None, environment="production")


@BOTH
def test_keys_stay_verbatim_in_copies(api: type[Any]) -> None:
    """A copy with another key sends it as it is, like the client that it was made from."""
    copy = client_of(api).with_options(api_key="another", auth_key="one more")
    sent = copy._engine.options.headers
    assert (sent["Authorization"], sent["X-Auth-Key"]) == ("another", "one more")


@BOTH
def test_keys_are_never_shown(api: type[Any]) -> None:
    """The repr of a client tells where its keys came from, and not the keys."""
    shown = repr(client_of(api))
    assert "***" in shown
    assert not [key for key in KEYS.values() if key in shown]


@pytest.mark.parametrize(
    ("api", "fluent", "http"),
    [(JulepApi, Julep, httpx.Client), (AsyncJulepApi, AsyncJulep, httpx.AsyncClient)],
)
def test_timeouts_are_the_documented_ones(
    api: type[Any], fluent: type[Any], http: type[Any]
) -> None:
    """300 seconds with an own HTTP client, and a client that is brought keeps its own timeout."""
    borrowed = http(timeout=7)
    timeouts = [
        client_of(api)._engine.options.timeout,
        client_of(api, timeout=5)._engine.options.timeout,
        client_of(api, httpx_client=borrowed)._engine.options.timeout,
        client_of(api, httpx_client=borrowed, timeout=0)._engine.options.timeout,
    ]
    assert timeouts == [300, 5, None, 0]
    assert issubclass(api, fluent)


def test_a_borrowed_client_keeps_its_own_timeout(httpx_mock: HTTPXMock) -> None:
    """The timeout of the user's HTTP client is the one that its requests carry."""
    httpx_mock.add_response(json=RECORDED["agents_get"]["response"]["body"])
    with httpx.Client(timeout=7) as http:
        client_of(JulepApi, httpx_client=http).agents_route_get("1")
    assert httpx_mock.get_requests()[0].extensions["timeout"]["read"] == 7


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_the_blocking_client_works_inside_a_running_loop(
    backend: str, httpx_mock: HTTPXMock
) -> None:
    """A notebook, whose cells run inside an event loop, can use the blocking client."""
    httpx_mock.add_response(json=RECORDED["users_list"]["response"]["body"])

    async def main() -> Any:
        with client_of(JulepApi) as client:
            return client.users_route_list(1, 0, "created_at", "asc", "{}")

    assert len(anyio.run(main, backend=backend).items) > 0


def test_the_fluent_face_is_there_too(httpx_mock: HTTPXMock) -> None:
    """Resources, copies with other options and descriptions by class work as on `Julep`."""
    agent = RECORDED["agents_get"]["response"]["body"]
    httpx_mock.add_response(json=agent, is_reusable=True)
    with client_of(JulepApi) as client:
        copy = client.with_options(timeout=5)
        assert type(copy) is JulepApi
        read = [
            client.agents.get("1"),
            copy.agents_route_get("1"),
            client.send(JulepApi.agents_route_get(client, "1")),
        ]
    assert [one.id for one in read] == [agent["id"]] * 3

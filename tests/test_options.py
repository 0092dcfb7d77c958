"""Where a client talks to, as whom: argument, then variable, then default."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from pytest_httpx import HTTPXMock

from julep import AsyncJulep, ConfigurationError, Julep, Request
from julep._options import ENVIRONMENTS, Options, changed, resolve
from julep.errors import JulepError

from .conftest import KEY, URL, Face
from .wire import Wire, answering


def url_of(**arguments: Any) -> str:
    """The base URL that a client ends up with."""
    return resolve(api_key=KEY, **arguments).base_url


def test_the_argument_beats_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    """`base_url` wins over `environment` and over all variables."""
    monkeypatch.setenv("JULEP_BASE_URL", "http://variable.test")
    monkeypatch.setenv("JULEP_ENVIRONMENT", "dev")
    assert url_of(base_url="http://argument.test", environment="alpha") == "http://argument.test"
    assert url_of(environment="local") == ENVIRONMENTS["local"]


def test_variables_come_in_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """`JULEP_BASE_URL`, then the older `JULEP_API_URL`, then `JULEP_ENVIRONMENT`."""
    monkeypatch.setenv("JULEP_ENVIRONMENT", "local_multi_tenant")
    assert url_of() == ENVIRONMENTS["local_multi_tenant"]
    monkeypatch.setenv("JULEP_API_URL", "http://older.test")
    assert url_of() == "http://older.test"
    monkeypatch.setenv("JULEP_BASE_URL", "http://newer.test")
    assert url_of() == "http://newer.test"


def test_an_unknown_environment_is_refused() -> None:
    """The error names those that there are."""
    with pytest.raises(ConfigurationError, match="'prod' is not known"):
        url_of(environment="prod")


@pytest.mark.parametrize("name", ["production", "dev", "alpha"])
def test_the_hosted_service_is_gone(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its names are refused as argument and as variable, so that no key goes to its addresses."""
    with pytest.raises(ConfigurationError, match="hosted service, which is gone: pass base_url"):
        url_of(environment=name)
    monkeypatch.setenv("JULEP_ENVIRONMENT", name)
    with pytest.raises(ConfigurationError, match=f"{name!r} was the hosted service"):
        url_of()


def test_an_empty_variable_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable that is set to nothing counts as not set."""
    for name in ("JULEP_BASE_URL", "JULEP_API_URL", "JULEP_ENVIRONMENT", "JULEP_API_KEY"):
        monkeypatch.setenv(name, "")
    with pytest.raises(ConfigurationError, match="no URL"):
        url_of()
    assert resolve(base_url=URL).key_source is None


def test_the_key_comes_from_argument_then_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    """`api_key` wins over `JULEP_API_KEY`, and its source is remembered."""
    monkeypatch.setenv("JULEP_API_KEY", "from-variable")
    given, found = resolve(api_key=KEY, base_url=URL), resolve(base_url=URL)
    assert (given.headers["Authorization"], given.key_source) == (f"Bearer {KEY}", "api_key")
    assert (found.headers["Authorization"], found.key_source) == (
        "Bearer from-variable",
        "JULEP_API_KEY",
    )


@pytest.mark.parametrize("keys", [{}, {"api_key": KEY}, {"auth_key": KEY}])
@pytest.mark.parametrize("kind", [Julep, AsyncJulep])
def test_no_address_is_one_clear_error(kind: Any, keys: dict[str, str]) -> None:
    """Whatever the keys, the error names each way to say where the server is."""
    with pytest.raises(ConfigurationError) as caught:
        kind(**keys)
    for word in ("base_url", "JULEP_BASE_URL", "Julep.local()", 'environment="local"'):
        assert word in str(caught.value)


@pytest.mark.parametrize("arguments", [{"base_url": URL}, {"environment": "local"}])
def test_an_address_is_enough(arguments: dict[str, Any]) -> None:
    """Self-hosted servers may want no key."""
    assert Julep(**arguments)


BAD: list[tuple[dict[str, Any], str]] = [
    ({"base_url": "api.julep.ai"}, "base_url 'api.julep.ai' is not an address. Use one such as"),
    ({"base_url": "ftp://x"}, "is not an address"),
    ({"base_url": "http://"}, "is not an address"),
    ({"base_url": "http://[x"}, "is not an address"),
    ({"base_url": "http://a b"}, "is not an address"),
    ({"base_url": "http://a\nb"}, "is not an address"),
    ({"base_url": "http://x:99999"}, "is not an address"),
    ({"base_url": "http://x:port"}, "is not an address"),
    ({"base_url": 5}, "base_url '5' is not an address"),
    ({"base_url": "http://joe:s3cret@x"}, "base_url can't name a user and a password for 'x'"),
    ({"base_url": "http://x/?a=1"}, "can't have a query or a fragment"),
    ({"base_url": "http://x/#a"}, "can't have a query or a fragment"),
    ({"timeout": -1}, "timeout must be seconds or None, not -1"),
    ({"timeout": "5"}, "timeout must be seconds or None, not '5'"),
    ({"timeout": True}, "timeout must be seconds or None, not True"),
    ({"timeout": float("nan")}, "timeout must be seconds or None, not nan"),
    ({"max_retries": -1}, "max_retries must be 0 or a positive number, not -1"),
    ({"max_retries": 1.5}, "max_retries must be 0 or a positive number, not 1.5"),
    ({"max_retries": True}, "max_retries must be 0 or a positive number, not True"),
    ({"api_key": 5}, "api_key must be text, not int"),
    ({"auth_key": b"k"}, "auth_key must be text, not bytes"),
    ({"headers": {"X": 5}}, "X must be text, not int"),
    ({"headers": "X: 5"}, "headers must be a dict of names and values, not str"),
    ({"headers": [("X", "5")]}, "headers must be a dict of names and values, not list"),
    ({"headers": {"X Y": "5"}}, "headers: 'X Y' can't be the name of an HTTP header"),
    ({"headers": {"": "5"}}, "headers: '' can't be the name of an HTTP header"),
    ({"headers": {5: "5"}}, "headers: 5 can't be the name of an HTTP header"),
    ({"headers": {"X": "a\r\nY: b"}}, "X holds a character that an HTTP header can't carry"),
]


@pytest.mark.parametrize(("arguments", "message"), BAD, ids=[str(given) for given, _ in BAD])
def test_a_bad_argument_is_named(arguments: dict[str, Any], message: str) -> None:
    """What can't be used is refused when the client is built, with what would be right."""
    given: dict[str, Any] = {"api_key": KEY, "base_url": URL, **arguments}
    with pytest.raises(ConfigurationError) as caught:
        Julep(**given)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("kind", "client", "message"),
    [
        (Julep, httpx.AsyncClient(), "httpx_client must be an httpx.Client, not AsyncClient"),
        (AsyncJulep, httpx.Client(), "httpx_client must be an httpx.AsyncClient, not Client"),
        (Julep, "http://x", "httpx_client must be an httpx.Client, not str"),
    ],
)
def test_an_http_client_of_the_other_face_is_refused(kind: Any, client: Any, message: str) -> None:
    """Each face needs its own kind of HTTP client, and says which."""
    with pytest.raises(ConfigurationError, match=message):
        kind(api_key=KEY, base_url=URL, httpx_client=client)


@pytest.mark.parametrize(("changes", "message"), BAD, ids=[str(given) for given, _ in BAD])
def test_a_bad_change_is_named(changes: dict[str, Any], message: str) -> None:
    """`with_options` refuses what the constructor refuses."""
    with pytest.raises(ConfigurationError) as caught:
        Julep(api_key=KEY, base_url=URL).with_options(**changes)
    assert message in str(caught.value)


@pytest.mark.parametrize("url", ["http://x/api/", "http://x/api//", " http://x/api "])
def test_slashes_and_space_around_a_url_do_not_matter(url: str) -> None:
    """Paths are put behind the URL with one slash."""
    assert url_of(base_url=url) == "http://x/api"


def test_space_around_a_key_does_not_matter() -> None:
    """A key read from a file keeps its line break to itself."""
    assert resolve(api_key=f" {KEY}\n", base_url=URL).headers["Authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize("name", ["authorization", "AUTHORIZATION", "Authorization"])
def test_a_header_replaces_the_key_whatever_its_case(name: str) -> None:
    """No header is sent twice under two spellings."""
    options = resolve(api_key=KEY, base_url=URL, headers={name: "Token t"})
    assert dict(options.headers) == {name: "Token t"}
    later = changed(resolve(api_key=KEY, base_url=URL), {"headers": {name: "Token t"}})
    assert dict(later.headers) == {name: "Token t"}


async def test_with_options_changes_a_copy(face: Face, httpx_mock: HTTPXMock) -> None:
    """The copy sends the new headers besides the old ones, the original stays as it was."""
    httpx_mock.add_response(json={}, is_reusable=True)
    original = face.client(headers={"X-One": "1"})
    copy = original.with_options(headers={"X-Two": "2"}, auth_key="other")
    for client in (copy, original):
        await face.call(client.send, Request("GET", "/x", Any))
    first, second = (request.headers for request in httpx_mock.get_requests())
    assert (first["X-One"], first["X-Two"], first["X-Auth-Key"]) == ("1", "2", "other")
    assert "X-Two" not in second
    assert "X-Auth-Key" not in second
    assert first["Authorization"] == second["Authorization"] == f"Bearer {KEY}"


def test_with_options_keeps_what_is_not_given() -> None:
    """Timeout, retries, URL and key survive a change of something else."""
    client = Julep(api_key=KEY, base_url=URL, timeout=7, max_retries=5)
    options = client.with_options(follow_redirects=False)._engine.options
    assert (options.timeout, options.max_retries, options.base_url) == (7, 5, URL)
    assert options.headers["Authorization"] == f"Bearer {KEY}"
    assert options.follow_redirects is False


@pytest.mark.parametrize("limit", [float("inf"), 1e10, 10**400])
async def test_a_limit_beyond_all_others_is_as_good_as_none(face: Face, limit: float) -> None:
    """Infinity and other numbers that no socket takes are answered like any limit."""
    with Wire(answering({})) as server:
        client = face.client(base_url=server.url, timeout=limit)
        assert await face.call(client.send, Request("GET", "/x", Any, timeout=limit)) == {}


def test_with_options_may_take_the_timeout_away() -> None:
    """None is a value of its own: no limit."""
    client = Julep(api_key=KEY, base_url=URL, timeout=7)
    assert client.with_options(timeout=None)._engine.options.timeout is None


def test_with_options_shares_the_connections() -> None:
    """A copy has the transport of its original."""
    client = Julep(api_key=KEY, base_url=URL)
    assert client.with_options(timeout=1)._engine.transport is client._engine.transport


def test_options_hide_their_headers() -> None:
    """`repr` of the options shows no header at all."""
    assert "headers" not in repr(Options(base_url=URL, headers={"Authorization": KEY}))


def test_an_error_of_configuration_is_one_of_the_sdk() -> None:
    """`except JulepError` catches it too."""
    with pytest.raises(JulepError):
        Julep()

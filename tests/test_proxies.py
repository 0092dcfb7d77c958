"""Which proxy a request goes through, and variables that can't be used."""

from __future__ import annotations

import copy
import pickle
from importlib.util import find_spec
from pathlib import Path

import pytest

from julep import APIConnectionError, ConfigurationError, Julep, JulepApi
from julep._http.proxies import Proxies

from .conftest import ADA, Face
from .wire import Wire, answering

PROXY = "http://proxy.test:3128"


DIRECT = [
    ("*", "http", "x.test", 80),
    ("x.test", "http", "x.test", 80),
    ("X.test", "http", "x.test", 8080),
    ("other.test, x.test", "http", "x.test", 80),
    ("other.test x.test", "http", "x.test", 80),
    ("x.test", "http", "a.b.x.test", 80),
    (".x.test", "http", "a.x.test", 80),
    ("*.x.test", "http", "a.x.test", 80),
    ("x.test:443", "https", "x.test", None),
    ("x.test:8080", "http", "x.test", 8080),
    ("http://x.test", "http", "x.test", 80),
    ("all://x.test", "https", "x.test", 443),
    ("127.0.0.1", "http", "127.0.0.1", 80),
    ("127.0.0.1:8080", "http", "127.0.0.1", 8080),
    ("127.0.0.0/8", "http", "127.1.2.3", 80),
    ("::1", "http", "::1", 80),
    ("[::1]", "http", "::1", 80),
    ("[::1]:8080", "http", "::1", 8080),
    ("::1/128", "http", "::1", 80),
    ("[fe80::]/10", "http", "fe80::1", 80),
]
THROUGH = [
    ("", "http", "x.test", 80),
    ("x.test", "http", "notx.test", 80),
    (".x.test", "http", "x.test", 80),
    ("*.x.test", "http", "x.test", 80),
    ("x.test:8080", "http", "x.test", 80),
    ("https://x.test", "http", "x.test", 80),
    ("127.0.0.1:8080", "http", "127.0.0.1", 80),
    ("10.0.0.0/8", "http", "127.0.0.1", 80),
    ("0.0.1", "http", "127.0.0.1", 80),
    ("::/0", "http", "127.0.0.1", 80),
    ("[::1]:8080", "http", "::1", 80),
]


@pytest.mark.parametrize(("no_proxy", "scheme", "host", "port"), DIRECT)
def test_no_proxy_names_hosts_in_many_forms(
    no_proxy: str, scheme: str, host: str, port: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Names, suffixes, ports, addresses, networks and schemes are understood."""
    monkeypatch.setenv("ALL_PROXY", PROXY)
    monkeypatch.setenv("NO_PROXY", no_proxy)
    assert Proxies().choose(scheme, host, port) is None


@pytest.mark.parametrize(("no_proxy", "scheme", "host", "port"), THROUGH)
def test_no_proxy_is_about_nobody_else(
    no_proxy: str, scheme: str, host: str, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is not named goes through the proxy."""
    monkeypatch.setenv("ALL_PROXY", PROXY)
    monkeypatch.setenv("NO_PROXY", no_proxy)
    proxy = Proxies().choose(scheme, host, port)
    assert proxy is not None
    assert (proxy.url, proxy.source) == (PROXY, "ALL_PROXY")


@pytest.mark.parametrize("inside_first", [False, True])
async def test_each_request_has_its_own_way(
    face: Face, monkeypatch: pytest.MonkeyPatch, *, inside_first: bool
) -> None:
    """Which host came first does not decide for the next one, nor does a redirect."""
    with Wire(answering(ADA)) as proxy, Wire(answering(ADA)) as direct:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("NO_PROXY", "localhost")
        inside = f"http://localhost:{direct.server_address[1]}"
        urls = [inside, direct.url] if inside_first else [direct.url, inside]
        client = face.client(base_url=urls[0])
        for url in urls:
            await face.call(client.with_options(base_url=url).agents.get, "a1")
    assert [seen.target for seen in proxy.seen] == [f"{direct.url}/agents/a1"]
    assert [seen.target for seen in direct.seen] == ["/agents/a1"]


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("HTTP_PROXY", "ftp://joe:s3cret@proxy.test"),
        ("http_proxy", "nonsense://proxy.test:1"),
        ("ALL_PROXY", "socks://127.0.0.1:9"),
        ("all_proxy", "socks4://127.0.0.1:9"),
        ("HTTP_PROXY", "http://[::1"),
        ("HTTP_PROXY", "http://proxy.test:99999"),
        ("HTTP_PROXY", "http://joe:s3cret@"),
        ("HTTP_PROXY", "http://pro xy.test"),
    ],
)
async def test_a_proxy_that_can_not_be_used_is_named(
    face: Face, variable: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error names the variable and what works, and no password."""
    monkeypatch.setenv(variable, value)
    client = face.client(base_url="http://192.0.2.1", timeout=1)
    with pytest.raises(ConfigurationError, match=f"^{variable} .*Use an address such as") as caught:
        await face.call(client.agents.get, "a1")
    assert "s3cret" not in str(caught.value)


async def test_a_proxy_that_is_not_there_is_named(
    face: Face, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nobody answers, the error says that it was the proxy."""
    monkeypatch.setenv("HTTP_PROXY", "http://joe:s3cret@127.0.0.1:1")
    client = face.client(base_url="http://192.0.2.1", timeout=5)
    with pytest.raises(APIConnectionError, match="the proxy that HTTP_PROXY names") as caught:
        await face.call(client.agents.get, "a1")
    assert "s3cret" not in str(caught.value)


@pytest.mark.skipif(find_spec("socksio") is not None, reason="SOCKS works here")
async def test_a_socks_proxy_needs_another_package(
    face: Face, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without it, the error names the variable and what to install."""
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:9")
    with pytest.raises(ConfigurationError, match=r"^ALL_PROXY .*pip install httpx\[socks\]"):
        await face.call(face.client().agents.get, "a1")


@pytest.mark.parametrize("kind", [Julep, JulepApi])
def test_an_embedded_server_is_behind_no_proxy(
    kind: type[Julep], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its client reaches it whatever the environment says, and so do copies."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    with kind.local() as client:
        for one in (client, copy.deepcopy(client), pickle.loads(pickle.dumps(client))):
            assert one.agents.list().to_list() == []


async def test_a_bad_proxy_that_is_not_for_a_host_is_not_looked_at(
    face: Face, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A variable for others does not stand in the way."""
    monkeypatch.setenv("HTTP_PROXY", "ftp://proxy.test")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with Wire(answering(ADA)) as server:
        assert (await face.call(face.client(base_url=server.url).agents.get, "a1")).name == "Ada"


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
@pytest.mark.parametrize("is_there", [False, True])
async def test_certificates_that_can_not_be_read_are_named(
    face: Face, variable: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *, is_there: bool
) -> None:
    """The error names the variable; a file is no folder, nor is text a certificate."""
    path = tmp_path / "certificates"
    if is_there:
        path.write_text("nothing of that kind", encoding="utf-8")
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.setenv(variable, str(path))
    with pytest.raises(ConfigurationError, match=f"{variable}={path}"):
        await face.call(face.client(base_url="https://julep.test").agents.get, "a1")

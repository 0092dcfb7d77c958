"""httpx's connection pools, with the certificates and the proxies that the environment names."""

from __future__ import annotations

import os
import ssl
from functools import lru_cache
from pathlib import Path
from typing import Final, TypeVar

import httpx

from julep.errors import ConfigurationError

from .assignment import assign_quickly
from .deadlines import keep_deadlines
from .proxies import Proxy

PoolT = TypeVar("PoolT", httpx.HTTPTransport, httpx.AsyncHTTPTransport)


def new_pool(kind: type[PoolT], scheme: str, proxy: Proxy | None) -> PoolT:
    """Make a pool of connections, with certificates checked, through a proxy if there is one.

    Raises:
        ConfigurationError: The proxy or the certificates that the environment names can't be used.
    """
    verify = _tls(*map(os.environ.get, _CERTIFICATES)) if scheme == "https" else False
    pool = kind(verify=verify) if proxy is None else _through(proxy, kind, verify)
    keep_deadlines(pool)
    assign_quickly(pool)
    return pool


def _through(proxy: Proxy, kind: type[PoolT], verify: ssl.SSLContext | bool) -> PoolT:
    proxy.check()
    try:
        return kind(verify=verify, proxy=proxy.url)
    except (httpx.InvalidURL, ValueError):
        raise proxy.unusable() from None


_CERTIFICATES: Final = ("SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE")


@lru_cache(maxsize=4)
def _tls(*settings: str | None) -> ssl.SSLContext:
    """Make the context that says whom to trust, for one state of the variables."""
    named = {name: path for name, path in zip(_CERTIFICATES, settings, strict=True) if path}
    try:
        folder = named.get("SSL_CERT_DIR")
        if folder and "SSL_CERT_FILE" not in named and not Path(folder).is_dir():
            raise NotADirectoryError("no such folder")
        return httpx.create_ssl_context()
    except (OSError, ValueError) as error:
        told = " and ".join(f"{name}={path}" for name, path in named.items())
        raise ConfigurationError(
            f"can't read the certificates to trust: {told or 'those of certifi'} ({error}). "
            "SSL_CERT_FILE takes a file in PEM form, SSL_CERT_DIR a folder made by c_rehash"
        ) from None

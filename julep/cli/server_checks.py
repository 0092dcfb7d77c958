"""What is looked at of a server, one thing after the other, and what to do about each."""

from __future__ import annotations

import os
import ssl
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final, Literal, TypeAlias
from urllib.parse import urlsplit, urlunsplit

import attrs

from julep._options import Options, resolve, shown_url
from julep.errors import (
    APIConnectionError,
    APIError,
    ConfigurationError,
    JulepError,
    NotFoundError,
    PermissionDeniedError,
    UnexpectedResponse,
)

from .failures import as_options, is_loopback, words
from .options import connect

if TYPE_CHECKING:
    from julep import Julep

State: TypeAlias = Literal["ok", "warning", "failed", "skipped"]

_PATIENCE: Final = 10.0
"""Seconds for each request: a model's server may be slow to say what it has."""
_PREFIX: Final = "/api"
_NUMBERS: Final = 1024
"""Of each vector, on all servers."""
_OTHER_ADDRESS: Final = "see which address whoever runs the server names"
_PROXIES: Final = ("http_proxy", "https_proxy", "all_proxy")


@attrs.frozen
class Check:
    """What was found of one thing.

    Attributes:
        name: What was looked at.
        state: How it is.
        detail: What was seen.
        fix: What to do about it.
    """

    name: str
    state: State
    detail: str
    fix: str | None = None


def examine(base_url: str | None, api_key: str | None, auth_key: str | None) -> Iterator[Check]:
    """Yield what is found of a server, until something is wrong that the rest depends on."""
    try:
        client = connect(base_url, api_key, auth_key)
        options = resolve(base_url=base_url, api_key=api_key, auth_key=auth_key)
    except ConfigurationError as error:
        yield Check("address", "failed", words(error), "write it like http://localhost:8080")
        return
    with client:
        patient = client.with_options(timeout=_PATIENCE, max_retries=0, follow_redirects=False)
        yield from _Examination(
            patient, options, api_key or os.environ.get("JULEP_API_KEY"), auth_key
        )


@attrs.frozen
class _Examination:
    """What is done with one server.

    Attributes:
        client: A client that gives up soon.
        options: What it was made of.
        api_key: The key that goes as `Authorization`.
        auth_key: The key that goes as `X-Auth-Key`.
    """

    client: Julep
    options: Options
    api_key: str | None
    auth_key: str | None

    def __iter__(self) -> Iterator[Check]:
        listed = _refusal(lambda: list(self.client.agents.list(limit=1)))
        if isinstance(listed, APIConnectionError):
            yield self._unreached(listed)
            return
        yield Check("address", "ok", f"{self._url} answers")
        yield self._encryption()
        prefix = self._prefix(listed)
        yield prefix
        if prefix.state == "failed":
            return
        key = self._key(listed)
        yield key
        if key.state == "failed":
            return
        yield from self._services()

    @property
    def _url(self) -> str:
        return shown_url(self.options.base_url)

    def _unreached(self, error: APIConnectionError) -> Check:
        if _is_about_certificates(error):
            fix = (
                "have Python trust its certificate: SSL_CERT_FILE names a file with the authority's"
            )
            return Check("tls", "failed", words(error), fix)
        fix = "see whether the server runs there, and whether host and port are right"
        if proxies := [
            name for name in _PROXIES if os.environ.get(name) or os.environ.get(name.upper())
        ]:
            fix += f"; {', '.join(proxies)} may send the request elsewhere"
        return Check("address", "failed", words(error), fix)

    def _encryption(self) -> Check:
        parts = urlsplit(self.options.base_url)
        if parts.scheme == "https":
            return Check("tls", "ok", "encrypted, and the certificate is valid")
        if is_loopback(parts.hostname or ""):
            return Check("tls", "ok", "not encrypted, and the server is on this machine")
        return Check(
            "tls",
            "warning",
            "not encrypted: others may read the key",
            "use https:// if the server does",
        )

    def _prefix(self, listed: JulepError | None) -> Check:
        """Find out whether the API begins where the address says."""
        path = urlsplit(self.options.base_url).path or "/"
        if not isinstance(listed, NotFoundError | UnexpectedResponse) and not _is_redirect(listed):
            return Check("prefix", "ok", f"the API begins at {path}")
        other = _with_other_prefix(self.options.base_url)
        there = _refusal(
            lambda: list(self.client.with_options(base_url=other).agents.list(limit=1))
        )
        detail = f"there is no API at {path}: {words(listed)}" if listed else ""
        if there is None or isinstance(there, PermissionDeniedError):
            return Check("prefix", "failed", detail, f"use {shown_url(other)} as the address")
        fix = "use the address that it leads to" if _is_redirect(listed) else _OTHER_ADDRESS
        return Check("prefix", "failed", detail, fix)

    def _key(self, listed: JulepError | None) -> Check:
        source = self.options.key_source
        header = "Authorization" if self.api_key else "X-Auth-Key"
        if listed is None:
            detail = f"accepted in the header {header}" if source else "none is asked for"
            return Check("key", "ok", detail)
        if not isinstance(listed, PermissionDeniedError):
            return Check("key", "failed", words(listed), "the server has to be mended first")
        if not source:
            return Check("key", "failed", "none is given", "set JULEP_API_KEY, or pass --api-key")
        if fix := self._other_header():
            return Check("key", "failed", f"refused in the header {header}", fix)
        return Check(
            "key",
            "failed",
            words(listed),
            f"it came from {as_options(source)}: see that it is the server's",
        )

    def _other_header(self) -> str | None:
        """Return how the key is taken, if another header is all it takes."""
        if self.api_key and self._is_taken(api_key="", auth_key=self.api_key):
            return "this server wants it as X-Auth-Key: pass --auth-key, or auth_key=… in Python"
        if self.auth_key and self._is_taken(api_key=self.auth_key, auth_key=None):
            return "this server wants it as Authorization: set JULEP_API_KEY, or pass --api-key"
        return None

    def _is_taken(self, *, api_key: str, auth_key: str | None) -> bool:
        from julep import Julep

        # An empty key is none, whatever the variable says.
        with Julep(
            base_url=self.options.base_url,
            api_key=api_key,
            auth_key=auth_key,
            timeout=_PATIENCE,
            max_retries=0,
        ) as other:
            return _refusal(lambda: list(other.agents.list(limit=1))) is None

    def _services(self) -> Iterator[Check]:
        try:
            generation = self.client.ping().generation
        except JulepError as error:
            yield Check(
                "generation", "warning", words(error), "the server is not well: see its log"
            )
            return
        yield Check("generation", "ok", f"a server of {generation}")
        yield self._model(generation)
        yield self._embeddings()

    def _model(self, generation: str) -> Check:
        if generation == "2024":
            return Check("model", "skipped", "servers of 2024 don't tell which they have")
        try:
            names = [model.id for model in self.client.agents.list_models().models]
        except JulepError as error:
            return Check("model", "warning", words(error), "see the model's server and its key")
        if not names:
            fix = "agents must name a model, or the server needs one (OPENAI_BASE_URL of `julep serve`)"
            return Check("model", "warning", "the server lists none", fix)
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        return Check("model", "ok", f"{', '.join(names[:3])}{more}")

    def _embeddings(self) -> Check:
        try:
            (vector,) = self.client.docs.embed(text="julep").vectors
        except (JulepError, ValueError) as error:
            fix = "documents can't be searched by meaning: see the server's embedding model"
            return Check("embeddings", "warning", words(error), fix)
        if len(vector) != _NUMBERS:
            return Check(
                "embeddings",
                "warning",
                f"{len(vector)} numbers, not {_NUMBERS}",
                "take another model",
            )
        return Check("embeddings", "ok", f"vectors of {_NUMBERS} numbers")


def _refusal(call: Callable[[], object]) -> JulepError | None:
    try:
        call()
    except JulepError as error:
        return error
    return None


def _is_redirect(error: JulepError | None) -> bool:
    return isinstance(error, APIError) and 300 <= error.status < 400


def _is_about_certificates(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLError) or "CERTIFICATE" in str(error):
            return True
        error = error.__cause__ or error.__context__
    return False


def _with_other_prefix(url: str) -> str:
    parts = urlsplit(url)
    path = parts.path.rstrip("/")
    other = path.removesuffix(_PREFIX) if path.endswith(_PREFIX) else f"{path}{_PREFIX}"
    return urlunsplit(parts._replace(path=other))

"""Where a client talks to, as whom, and how patiently."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, TypedDict
from urllib.parse import urlsplit

import attrs

from julep.types._plain import OMIT

from ._checks import (
    check_header,
    check_headers,
    check_retries,
    check_size,
    check_timeout,
    check_url,
)
from .errors import ConfigurationError

if TYPE_CHECKING:
    # What calls the hooks needs the options, which only carry them.
    from julep._observability.event_hooks import Hooks

Environment: TypeAlias = Literal["local", "local_multi_tenant"]

ENVIRONMENTS: Final[Mapping[str, str]] = {
    "local": "http://localhost:8080",
    "local_multi_tenant": "http://localhost/api",
}
"""The usual addresses of a server of one's own."""

_GONE: Final = frozenset({"production", "dev", "alpha"})
"""The hosted service's names. No key goes to its addresses, which others may own one day."""

DEFAULT_TIMEOUT: Final = 300.0
"""Seconds for a whole call. Long, because a chat with a slow local model is one call."""

DEFAULT_RETRIES: Final = 2
"""Enough for a connection that broke; a server that is down needs more patience than a call has."""

DEFAULT_RESPONSE_BYTES: Final = 256 * 2**20
"""How large an answer may be. Far above all that servers have to say; files are part of it."""

KEY_VARIABLE: Final = "JULEP_API_KEY"
URL_VARIABLES: Final = ("JULEP_BASE_URL", "JULEP_API_URL")
ENVIRONMENT_VARIABLE: Final = "JULEP_ENVIRONMENT"

_KEY_HEADER: Final = re.compile("auth|key|token|secret|password|credential|cookie", re.IGNORECASE)
"""How headers are called that carry a key; many servers have a name of their own for theirs."""


class JulepApiEnvironment(Enum):
    """The address that the flat client uses when it is given none."""

    DEFAULT = "https://api-alpha.julep.ai/api"


class RequestOptions(TypedDict, total=False):
    """What one call of the flat client may change.

    Attributes:
        timeout_in_seconds: Seconds for this call, instead of the client's timeout.
        max_retries: How often to send again after 408, 409, 429 and 5xx, whatever the method.
            Default 0. A create that is sent twice may create twice.
        additional_headers: Sent last, so they win; None takes a header away.
        additional_query_parameters: Merged over the call's own; None is left out.
        additional_body_parameters: Merged over a body that is a JSON object; None is sent as null.
    """

    timeout_in_seconds: int | float
    max_retries: int
    additional_headers: Mapping[str, Any]
    additional_query_parameters: Mapping[str, Any]
    additional_body_parameters: Mapping[str, Any]


@lru_cache(maxsize=256)
def shown_url(url: str) -> str:
    """Return an address as it may be shown: without credentials and query."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}{parts.path}"


@attrs.frozen(kw_only=True)
class Options:
    """What every call of a client has in common.

    Attributes:
        base_url: Without a slash at its end.
        headers: Sent with every call; hidden from `repr`, since keys travel in them.
        timeout: Seconds for a whole call, retries and reading included; None waits for ever, and
            with an HTTP client of the user's own leaves it to that client.
        max_retries: How often a call that is safe to repeat is sent again.
        follow_redirects: Whether redirects are followed.
        max_response_bytes: How large an answer may be, as it comes and when it is unpacked.
        key_source: Which argument or environment variable the key came from, for error messages.
        keys_verbatim: Whether `api_key` goes out as it is, without `Bearer`.
        hooks: What is told of each attempt.
    """

    base_url: str = attrs.field(repr=lambda url: repr(shown_url(url)))
    headers: Mapping[str, str] = attrs.field(factory=dict[str, str], repr=False)
    timeout: float | None = DEFAULT_TIMEOUT
    max_retries: int = DEFAULT_RETRIES
    follow_redirects: bool = True
    max_response_bytes: int = DEFAULT_RESPONSE_BYTES
    key_source: str | None = None
    keys_verbatim: bool = False
    hooks: Hooks | None = None


def resolve(
    *,
    api_key: str | None = None,
    auth_key: str | None = None,
    base_url: str | None = None,
    environment: str | None = None,
    timeout: float | None = DEFAULT_TIMEOUT,
    max_retries: int = DEFAULT_RETRIES,
    headers: Mapping[str, str] | None = None,
    follow_redirects: bool = True,
    max_response_bytes: int = DEFAULT_RESPONSE_BYTES,
    hooks: Hooks | None = None,
) -> Options:
    """Complete a client's arguments from the environment: argument, then variable, then default.

    Raises:
        ConfigurationError: There is no URL, or one of the arguments can't be used.
    """
    key, source = api_key, "api_key"
    if key is None and (key := os.environ.get(KEY_VARIABLE)):
        source = KEY_VARIABLE
    url = base_url or _url_of(environment) or _url_from_environment()
    if not url:
        raise ConfigurationError(f"no URL: {_WHERE_TO}")
    keys = {**_authorization(key, source), **_auth_key(auth_key)}
    return Options(
        base_url=check_url(url),
        headers=merged(keys, headers or {}),
        timeout=check_timeout(timeout),
        max_retries=check_retries(max_retries),
        follow_redirects=follow_redirects,
        max_response_bytes=check_size(max_response_bytes),
        key_source=source if key else "auth_key" if auth_key else None,
        hooks=hooks,
    )


def resolve_documented(
    *,
    base_url: str | None,
    environment: JulepApiEnvironment | None,
    auth_key: str,
    api_key: str,
    timeout: float | None,
    follow_redirects: bool | None,
) -> Options:
    """Complete the arguments of the flat client as its document says: keys go out as they are.

    Raises:
        ConfigurationError: There is neither an address nor an environment, or an argument can't be
            used.
    """
    url = base_url or (environment.value if isinstance(environment, Enum) else environment)
    if not url:
        raise ConfigurationError("pass base_url or environment; both are None")
    return Options(
        base_url=check_url(url),
        headers={
            "X-Auth-Key": check_header("auth_key", auth_key),
            "Authorization": check_header("api_key", api_key),
        },
        timeout=check_timeout(timeout),
        max_retries=0,
        follow_redirects=bool(follow_redirects),
        key_source="auth_key and api_key",
        keys_verbatim=True,
    )


def changed(options: Options, changes: Mapping[str, Any]) -> Options:
    """Return the options of a client with some of them changed; headers are merged.

    Raises:
        ConfigurationError: A value can't be used.
    """
    values = {name: value for name, value in changes.items() if value is not OMIT}
    api_key, auth_key = values.pop("api_key", None), values.pop("auth_key", None)
    keys = {
        **_authorization(api_key, "api_key", verbatim=options.keys_verbatim),
        **_auth_key(auth_key),
    }
    headers = merged(merged(options.headers, keys), values.pop("headers", None) or {})
    for name, check in _CHECKS.items():
        if name in values:
            values[name] = check(values[name])
    if keys:
        values["key_source"] = "api_key" if api_key else "auth_key"
    return attrs.evolve(options, headers=headers, **values)


def merged(headers: Mapping[str, str], changes: Mapping[str, str | None]) -> dict[str, str]:
    """Replace some headers, whatever the case of their names; None takes one away.

    Raises:
        ConfigurationError: The changes are not a mapping, or HTTP can't carry one of them.
    """
    given = check_headers(changes)
    replaced = {name.lower() for name in changes}
    kept = {name: value for name, value in headers.items() if name.lower() not in replaced}
    return {**kept, **given}


def keys_in(headers: Mapping[str, str]) -> dict[str, str]:
    """Return those of the headers that carry a key, by their names."""
    return {name: key for name, key in headers.items() if _KEY_HEADER.search(name)}


_WHERE_TO: Final = (
    f"pass base_url or set {URL_VARIABLES[0]} for a server that you host, such as "
    'environment="local" on this machine, or use Julep.local() for one inside this program'
)


def _url_of(environment: str | None) -> str | None:
    if environment is None:
        return None
    if environment in _GONE:
        raise ConfigurationError(
            f"environment {environment!r} was the hosted service, which is gone: {_WHERE_TO}"
        )
    if environment not in ENVIRONMENTS:
        known = ", ".join(ENVIRONMENTS)
        raise ConfigurationError(
            f"environment {environment!r} is not known. Use one of {known}, or pass base_url"
        )
    return ENVIRONMENTS[environment]


def _url_from_environment() -> str | None:
    for name in URL_VARIABLES:
        if url := os.environ.get(name):
            return url
    return _url_of(os.environ.get(ENVIRONMENT_VARIABLE) or None)


def _authorization(key: str | None, source: str, *, verbatim: bool = False) -> dict[str, str]:
    if not key:
        return {}
    key = check_header(source, key)
    # A key that already names its scheme ("Bearer …", "Basic …") goes out as it is.
    return {"Authorization": key if verbatim or " " in key else f"Bearer {key}"}


def _auth_key(key: str | None) -> dict[str, str]:
    return {"X-Auth-Key": check_header("auth_key", key)} if key else {}


_CHECKS: Final[Mapping[str, Callable[[object], object]]] = {
    "base_url": check_url,
    "timeout": check_timeout,
    "max_retries": check_retries,
    "max_response_bytes": check_size,
}

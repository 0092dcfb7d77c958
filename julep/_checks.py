"""What a client's arguments must be like; a value that may be a key is never shown."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Final, cast
from urllib.parse import urlsplit

from .errors import ConfigurationError

LONGEST_TIMEOUT: Final = 2_000_000.0
"""Seconds, 23 days: the longest limit that sockets take on every system. More is as good as none."""

_FRAMING: Final = {"content-length", "host", "transfer-encoding"}
"""Headers that say where a request goes and where it ends, which only the transport can get right."""

_HEADER_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


def check_headers(headers: object) -> dict[str, str]:
    """Return the headers by name, without those that are None.

    Raises:
        ConfigurationError: They are not a mapping, or HTTP can't carry a name or a value.
    """
    __tracebackhide__ = True
    if not isinstance(headers, Mapping):
        raise ConfigurationError(
            f"headers must be a dict of names and values, not {type(headers).__name__}"
        )
    given = cast("Mapping[object, object]", headers)
    checked = {check_name(name): value for name, value in given.items()}
    return {name: check_header(name, text) for name, text in checked.items() if text is not None}


def check_name(name: object) -> str:
    """Return a header's name if it is one that can be sent.

    Raises:
        ConfigurationError: HTTP can't carry it, or sets it by itself.
    """
    __tracebackhide__ = True
    if not isinstance(name, str) or not _HEADER_NAME.fullmatch(name):
        raise ConfigurationError(f"headers: {name!r} can't be the name of an HTTP header")
    if name.lower() in _FRAMING:
        raise ConfigurationError(f"headers: {name} follows from the request itself; leave it out")
    return name


def check_header(name: str, value: object) -> str:
    """Return a header's value if it can be sent; errors never show the value."""
    __tracebackhide__ = True
    if not isinstance(value, str):
        raise ConfigurationError(f"{name} must be text, not {type(value).__name__}")
    value = value.strip()
    if not value.isascii() or not value.isprintable():
        raise ConfigurationError(
            f"{name} holds a character that an HTTP header can't carry. Is it the right value, "
            "without quotes or line breaks?"
        )
    return value


def check_url(url: object) -> str:
    """Return the address without a slash at its end.

    Raises:
        ConfigurationError: It is not an http:// or https:// address, or names a user.
    """
    __tracebackhide__ = True
    text = str(url).strip()
    shown = text.rpartition("@")[2]  # a password may stand in front of the host
    if not is_address(text, {"http", "https"}):
        raise ConfigurationError(
            f"base_url {shown!r} is not an address. Use one such as http://localhost:8080/api"
        )
    if "@" in urlsplit(text).netloc:
        raise ConfigurationError(
            f"base_url can't name a user and a password for {shown!r}. Leave them out, and pass "
            "api_key='Basic ...' with both in base64"
        )
    if "?" in text or "#" in text:
        raise ConfigurationError(f"base_url {shown!r} can't have a query or a fragment")
    return text.rstrip("/")


def is_address(text: str, schemes: Collection[str]) -> bool:
    """Tell whether a text is a URL of one of the schemes, with a host and a valid port."""
    try:
        parts = urlsplit(text)
        fits = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    # urlsplit drops line breaks without a word, and takes half of a surrogate pair.
    return fits and text.isprintable() and " " not in parts.netloc


def check_timeout(timeout: object) -> float | None:
    """Return the seconds, or None for no limit.

    Raises:
        ConfigurationError: It is neither None nor a number of seconds from 0 on.
    """
    __tracebackhide__ = True
    if timeout is None:
        return None
    if isinstance(timeout, bool) or not isinstance(timeout, int | float) or not timeout >= 0:
        raise ConfigurationError(f"timeout must be seconds or None, not {timeout!r}")
    return float(min(timeout, LONGEST_TIMEOUT))


def check_retries(count: object) -> int:
    """Return how often to try again.

    Raises:
        ConfigurationError: It is not a whole number, or negative.
    """
    __tracebackhide__ = True
    if isinstance(count, bool) or not isinstance(count, int) or count < 0:
        raise ConfigurationError(f"max_retries must be 0 or a positive number, not {count!r}")
    return count


def check_size(size: object) -> int:
    """Return the size of the largest answer, in bytes.

    Raises:
        ConfigurationError: It is not a whole number above 0.
    """
    __tracebackhide__ = True
    if isinstance(size, bool) or not isinstance(size, int) or size <= 0:
        raise ConfigurationError(f"max_response_bytes must be a number above 0, not {size!r}")
    return size


def check_flag(name: str, flag: object) -> bool:
    """Return what an option that is on or off says.

    Raises:
        TypeError: It is neither True nor False.
    """
    __tracebackhide__ = True
    if not isinstance(flag, bool):
        raise TypeError(f"{name} must be True or False, not {flag!r}")
    return flag


def check_count(name: str, count: object, least: int = 1) -> int:
    """Return how many there are to be.

    Raises:
        TypeError: It is not a whole number.
        ValueError: It is less than `least`.
    """
    __tracebackhide__ = True
    if isinstance(count, bool) or not isinstance(count, int):
        raise TypeError(f"{name} must be a whole number, not {count!r}")
    if count < least:
        raise ValueError(f"{name} must be {least} or more, not {count}")
    return count

"""What is wrong with an `api_call` before it is sent: mistakes that no attempt can mend.

Each check says what is wrong and how to write it, and repeats no value, since any may be a secret.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import urlsplit

from julep.types._json import is_array, is_object

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e]*")
_COOKIE_VALUE = re.compile(r"[\x20-\x7e]*")
# An expression, text with one in braces, or what is read as an expression without a sign.
_MAY_BE_CODE = re.compile(r"\s*(?:[$_\[]|inputs\[|outputs\[)|[^{]*\{")
_MOST_PARTS = 10_000
"""Of a query, form or other field. Everybody waits while a request is built: up to 0.1 s for so many."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def mistakes(call: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Find the fields that are wrong, and why; null stands for a field left out."""
    for name, check in _CHECKS.items():
        value = call.get(name)
        if value is not None and (wrong := check(value) or _too_many(value)):
            yield name, wrong


def _too_many(value: object) -> str | None:
    parts = value.values() if is_object(value) else value if is_array(value) else ()
    count = sum(len(part) if is_array(part) else 1 for part in parts)
    return f"holds more than {_MOST_PARTS:,} names and values" if count > _MOST_PARTS else None


def known_mistakes(call: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Find the same in a task, as far as no expression has to fill it in first."""
    return mistakes({name: _trimmed(value) for name, value in call.items() if _is_known(value)})


def _is_known(value: object) -> bool:
    if isinstance(value, str):
        return not _MAY_BE_CODE.match(value)
    parts = value.values() if is_object(value) else value if is_array(value) else ()
    return all(_is_known(part) for part in parts)


def _trimmed(value: object) -> object:
    """Return what evaluating text without expressions makes of it: blanks around it go."""
    if is_object(value):
        return {name: _trimmed(part) for name, part in value.items()}
    if is_array(value):
        return [_trimmed(part) for part in value]
    return value.strip() if isinstance(value, str) else value


def _method(value: object) -> str | None:
    if not isinstance(value, str) or not _TOKEN.fullmatch(value):
        return "must be a word such as GET or POST"
    if value.upper() == "CONNECT":
        return "can't be CONNECT, which opens a tunnel"
    return None


def _url(value: object) -> str | None:
    if not isinstance(value, str) or not value.lower().startswith(("http://", "https://")):
        return "must be text that begins with http:// or https://"
    if _CONTROL.search(value):
        return "holds a line break or another control character"
    try:
        parts = urlsplit(value)
        host, port = parts.hostname, parts.port
    except ValueError:
        return "has no valid host or port: ports are numbers from 1 to 65535"
    if not host:
        return "names no host"
    return "has the port 0: ports are numbers from 1 to 65535" if port == 0 else None


def _headers(value: object) -> str | None:
    return _pairs(value, _TOKEN, _HEADER_VALUE)


def _cookies(value: object) -> str | None:
    return _pairs(value, _TOKEN, _COOKIE_VALUE)


def _pairs(value: object, names: re.Pattern[str], values: re.Pattern[str]) -> str | None:
    if not is_object(value):
        return "must be an object of names and texts"
    for name, text in value.items():
        if not names.fullmatch(name):
            return "holds a name with a character that names can't have, such as a blank or a colon"
        if not isinstance(text, str):
            return f"must have text as the value of {name}"
        if not values.fullmatch(text) or text != text.strip():
            return (
                f"can't be sent: the value of {name} may hold printable ASCII characters only, "
                "no line break, and no blank at either end"
            )
    return None


def _params(value: object) -> str | None:
    if isinstance(value, str) or is_object(value) or _is_list_of_pairs(value):
        return None
    return "must be an object of names and values, or text"


def _is_list_of_pairs(value: object) -> bool:
    return is_array(value) and all(is_array(pair) and len(pair) == 2 for pair in value)


def _data(value: object) -> str | None:
    if isinstance(value, str) or is_object(value):
        return None
    return "must be an object, the fields of a form, or text; JSON goes into json"


def _content(value: object) -> str | None:
    return None if isinstance(value, str) else "must be text; JSON goes into json"


def _files(value: object) -> str | None:
    if is_object(value) and all(_is_file(file) for file in value.values()):
        return None
    return "must be an object of names and texts, or of names and [file name, text, type]"


def _is_file(value: object) -> bool:
    parts = value if is_array(value) else [value]
    return 1 <= len(parts) <= 3 and all(isinstance(part, str) for part in parts)


def _flag(value: object) -> str | None:
    return None if isinstance(value, bool) else "must be true or false"


def _seconds(value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return "must be a number of seconds"
    return None if 0 < value < math.inf else "must be a number of seconds above 0"


_CHECKS: Mapping[str, Callable[[object], str | None]] = {
    "method": _method,
    "url": _url,
    "headers": _headers,
    "cookies": _cookies,
    "params": _params,
    "data": _data,
    "content": _content,
    "files": _files,
    "follow_redirects": _flag,
    "include_response_content": _flag,
    "timeout": _seconds,
}

"""Requests as values: what to send and how to read the answer. Nothing here sends anything."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, Generic, Protocol, TypeAlias, TypeGuard, TypeVar, cast
from urllib.parse import quote, urlencode
from uuid import UUID

import attrs

from ._codec import OMIT, Misfit, decode_json, encode, structure
from ._error_bodies import describe_error, hint_for_page
from ._keywords import checked
from ._options import RequestOptions, check_retries
from .errors import UnexpectedResponse
from .types._plain import is_object

if TYPE_CHECKING:
    from typing_extensions import TypeForm

R = TypeVar("R")
S = TypeVar("S")


class HasId(Protocol):
    """A resource as the API answers with it."""

    @property
    def id(self) -> str:
        """The id that it is known by."""
        ...


Id: TypeAlias = str | UUID | HasId
"""An id, or the resource itself."""


@attrs.frozen
class Reply:
    """What came back, whichever client brought it.

    Attributes:
        status: The HTTP status.
        headers: By name, whatever the case.
        content: The body, decompressed.
        url: Where it came from, as it may be shown.
        attempts: How often the request was sent.
    """

    status: int
    headers: Mapping[str, str]
    content: bytes
    url: str
    attempts: int = 1


@attrs.frozen
class Request(Generic[R]):
    """One call to the API, described and not yet made. `client.send(request)` makes it.

    Attributes:
        method: The HTTP method.
        path: Below the client's base URL, with a slash at its front.
        returns: The type to read the answer as; `Any` gives the JSON value itself.
        query: Query parameters; None and `OMIT` are left out, a list repeats its parameter.
        body: What to send as JSON; nothing when `OMIT`. `OMIT` inside of it is left out.
        headers: Sent besides the client's, and instead of them; None takes a header away.
        repeatable: Whether sending it twice does no more than sending it once. From the method when
            None: true for all but POST.
        written: What old servers leave out when they answer a write with the ids only.
        otherwise: The request that fetches what was written, for writes that send only a part.
        null: The answer to assume when the server answers with JSON null.
        timeout: Seconds for the whole call, instead of the client's timeout.
        retries: How often to send again, whatever the method, as `RequestOptions` documents it.
    """

    method: str
    path: str
    returns: TypeForm[R]
    query: Mapping[str, Any] = attrs.field(factory=dict[str, Any])
    body: Any = OMIT
    headers: Mapping[str, str | None] = attrs.field(factory=dict[str, "str | None"], repr=False)
    repeatable: bool | None = None
    written: Mapping[str, Any] | None = None
    otherwise: Request[R] | None = None
    null: Mapping[str, Any] | None = None
    timeout: float | None = None
    retries: int | None = None

    @property
    def is_repeatable(self) -> bool:
        """Whether sending it twice does no more than sending it once."""
        return self.method != "POST" if self.repeatable is None else self.repeatable

    def target(self) -> str:
        """Path and query, encoded."""
        if not self.query:
            return self.path
        text = urlencode(list(_parameters(self.query)), quote_via=quote)
        return f"{self.path}?{text}" if text else self.path

    def content(self) -> bytes | None:
        """The body's JSON text, or None when there is no body.

        Raises:
            TypeError: The body holds what JSON can't carry. The message names the parameter.
        """
        return None if self.body is OMIT else encode(self.body)

    def decode(self, reply: Reply) -> R:
        """Read the answer, or raise the error it carries.

        Raises:
            APIError: The server answered with an error; the class follows the status.
            UnexpectedResponse: It answered with success, and a body that is not of this type.
        """
        if not 200 <= reply.status < 300:
            raise describe_error(reply, self.method)
        value = self._complete(self.parse(reply))
        try:
            return structure(value, self.returns)
        except Misfit as misfit:
            raise self.unexpected(reply, str(misfit), value) from None

    def parse(self, reply: Reply) -> Any:
        """The JSON value of an answer.

        Raises:
            UnexpectedResponse: It is not JSON.
        """
        try:
            return decode_json(reply.content)
        except ValueError:
            hint = hint_for_page(reply)
            text = reply.content.decode(errors="replace")
            raise self.unexpected(reply, hint, text) from None

    def is_receipt(self, reply: Reply) -> bool:
        """Whether an old server answered a write with the ids only."""
        return _is_receipt(self.parse(reply))

    def returning(self, form: TypeForm[S], options: RequestOptions | None = None) -> Request[S]:
        """The same call with its answer read as another type, changed as `options` say."""
        plain = cast(
            "Request[S]",
            attrs.evolve(cast("Any", self), returns=form, written=None, otherwise=None),
        )
        return plain.with_options(options)

    def with_options(self, options: RequestOptions | None) -> Request[R]:
        """The same call, changed as one call of the flat client can be.

        Raises:
            TypeError: There is no option of that name, or one is not of its type.
            ConfigurationError: `max_retries` is not a number of times.
        """
        if not options:
            return self
        given = checked(RequestOptions, options)
        changes: dict[str, Any] = {}
        if (times := given.get("max_retries")) is not None:
            changes["retries"] = check_retries(times)
        if (timeout := given.get("timeout_in_seconds")) is not None:
            changes["timeout"] = timeout
        for part, option in _ADDED.items():
            ours, added = getattr(self, part), _object_option(option, given.get(option))
            if added and isinstance(ours, Mapping):
                changes[part] = {**ours, **added}
        return attrs.evolve(self, **changes)

    def unexpected(self, reply: Reply, reason: str, body: Any) -> UnexpectedResponse:
        """The error for a success that is not what the API describes."""
        error = UnexpectedResponse(
            reply.status,
            body,
            message=f"the answer is not what the API describes: {reason}",
            method=self.method,
            url=reply.url,
        )
        error.attempts = reply.attempts
        return error

    def _complete(self, value: Any) -> Any:
        if value is None and self.null is not None:
            return self.null
        if self.written is None or not _is_receipt(value):
            return value
        created = value.get("created_at")
        written = decode_json(encode(self.written))
        return {"updated_at": created, **written, **value} if created else {**written, **value}


_ADDED: Final[Mapping[str, str]] = {
    "headers": "additional_headers",
    "query": "additional_query_parameters",
    "body": "additional_body_parameters",
}
"""What `RequestOptions` calls the additions to each part of a request."""


def _object_option(name: str, added: Any) -> Mapping[str, Any] | None:
    if added is None or isinstance(added, Mapping):
        return cast("Mapping[str, Any] | None", added)
    raise TypeError(f"request_options: {name} must be a dict, not {type(added).__name__}")


def _is_receipt(value: Any) -> TypeGuard[dict[str, Any]]:
    return is_object(value) and value.keys() <= {"id", "created_at", "updated_at", "jobs"}


def path(template: str, **ids: Id) -> str:
    """Fill the `{name}` parts of a path with quoted ids.

    Raises:
        ValueError: An id is empty. The message names the parameter.
        TypeError: An id is neither text, a UUID, nor a resource with an id.
    """
    return template.format_map({name: _quoted(id_of(name, thing)) for name, thing in ids.items()})


def id_of(name: str, thing: Id) -> str:
    """The id of a thing that is known by its id or in full; `name` is what errors call it.

    Raises:
        ValueError: The id is empty.
        TypeError: It is neither text, a UUID, nor a resource with an id.
    """
    text = thing if isinstance(thing, str | UUID) else getattr(thing, "id", None)
    if not isinstance(text, str | UUID):
        raise TypeError(
            f"{name} must be an id, a UUID or a resource with an id, not {type(thing).__name__}"
        )
    if not (text := str(text).strip()):
        raise ValueError(f"{name} is empty; pass the id of an existing resource")
    return text


def id_or_omit(name: str, thing: Any) -> Any:
    """The id of a thing for a body; None and `OMIT` stay what they are."""
    return thing if thing is OMIT or thing is None else id_of(name, thing)


def ids_or_omit(name: str, things: Any) -> Any:
    """The ids of several things for a body; None and `OMIT` stay what they are."""
    if things is OMIT or things is None:
        return things
    if isinstance(things, str):
        raise TypeError(f"{name} must be a list of ids, not one text")
    return [id_of(f"{name}[{index}]", thing) for index, thing in enumerate(things)]


def metadata_query(metadata_filter: Mapping[str, Any] | str | None) -> dict[str, Any]:
    """A metadata filter in the forms of both server generations; each ignores the other's.

    Raises:
        ValueError: It is text, and not that of a JSON object.
    """
    if metadata_filter is OMIT or metadata_filter is None:
        return {}
    wanted = metadata_filter if isinstance(metadata_filter, Mapping) else _object(metadata_filter)
    dotted = {f"metadata_filter.{key}": _json_word(value) for key, value in wanted.items()}
    return {"metadata_filter": encode(wanted).decode(), **dotted}


def _object(text: str) -> Mapping[str, Any]:
    try:
        value = json.loads(text)
    except (TypeError, ValueError):
        value = None
    if isinstance(value, dict):
        return cast("dict[str, Any]", value)
    raise ValueError(f"metadata_filter must be a dict or the text of a JSON object, not {text!r}")


def _json_word(value: Any) -> str:
    return value if isinstance(value, str) else encode(value).decode()


def _quoted(text: str) -> str:
    # A dot is not quoted by rule, and "." or ".." would climb out of the path.
    return quote(text, safe="") if text.strip(".") else text.replace(".", "%2E")


def _parameters(query: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in query.items():
        if value is None or value is OMIT:
            continue
        if isinstance(value, Mapping):
            nested = cast("Mapping[str, Any]", value)
            yield from _parameters({f"{name}[{key}]": item for key, item in nested.items()})
        elif isinstance(value, list | tuple | set | frozenset):
            yield from ((name, _word(item)) for item in cast("list[Any]", value))
        else:
            yield name, _word(value)


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, datetime):
        return cast("str", decode_json(encode(value)))
    return str(value)

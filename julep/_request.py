"""Requests as values: what to send and how to read the answer. Nothing here sends anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, Generic, TypeGuard, TypeVar, cast

import attrs

from julep._server_errors.bodies import describe_error, hint_for_page, words_of
from julep.types._json import is_object

from ._checks import check_retries
from ._codec import OMIT, Mismatch, decode_json, encode, structure
from ._exchange import Body
from ._keywords import checked
from ._options import RequestOptions
from ._paths import has_usable_id
from ._query import query_text
from ._redirected import advice, shows
from ._reply import Reply
from ._retry import leaves_open
from .errors import APIConnectionError, APIError, UnexpectedResponse

if TYPE_CHECKING:
    from typing_extensions import TypeForm

LONGEST_TARGET: Final = 60_000
"""Characters of path and query; the HTTP library takes 65,536 for the whole URL, servers take fewer."""

MAYBE_DONE: Final = "it may have been done all the same: look before you send it again"
"""What to do where nobody says what became of a write."""

MAYBE_REPEATED: Final = "it may have been done; sending it again is harmless"
"""The same, of a write that does no more when it is sent twice."""

MAYBE_DELETED: Final = "an attempt before, whose answer was lost, may have deleted it"
"""Why something to delete is not there."""

R = TypeVar("R")
S = TypeVar("S")


@attrs.frozen(slots=False)  # which takes half the time to make
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
        null: The answer to assume when the server answers with JSON null, or with nothing.
        timeout: Seconds for the whole call, instead of the client's timeout.
        retries: How often to send again, whatever the method, as `RequestOptions` documents it.
        is_confidential: Whether a redirect to another server is refused instead of followed there
            with the body.
        pieces: A body that is made while it is sent, instead of `body`.
        is_piecewise: Whether `Engine.open` gives any success piece by piece, not only events.
        missing: What to say when the server does not know the operation, where not all do.
        asks_model: Whether a model answers, so that its tokens count.
        only_reads: Whether it changes nothing, although it is a POST.
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
    is_confidential: bool = False
    pieces: Body | None = None
    is_piecewise: bool = False
    missing: str = ""
    asks_model: bool = False
    only_reads: bool = False

    @property
    def is_repeatable(self) -> bool:
        """Whether sending it twice does no more than sending it once."""
        return self.method != "POST" if self.repeatable is None else self.repeatable

    @property
    def if_lost(self) -> str:
        """What to say where nobody tells whether it was done; nothing of what changes nothing."""
        if not self.is_repeatable:
            return MAYBE_DONE
        return "" if self.only_reads or self.method in {"GET", "HEAD"} else MAYBE_REPEATED

    def target(self) -> str:
        """Return path and query, encoded.

        Raises:
            ValueError: The path is not one, or both together are too long for a URL.
            TypeError: A parameter can't be sent. The message names it.
        """
        if not (self.path.startswith("/") and self.path.isprintable()):
            raise ValueError(f"path: {self.path!r} doesn't begin with a slash, or isn't printable")
        text = query_text(self.query) if self.query else ""
        target = f"{self.path}?{text}" if text else self.path
        if len(target) > LONGEST_TARGET:
            sizes = {name: len(str(value)) for name, value in self.query.items()}
            longest = max(["path", *sizes], key={"path": len(self.path), **sizes}.__getitem__)
            raise ValueError(
                f"{longest}: the URL has {len(target)} characters, and {LONGEST_TARGET} are the most"
            )
        return target

    def content(self) -> bytes | None:
        """Return the body's JSON text, or None if there is no body.

        Raises:
            TypeError: The body holds what JSON can't carry. The message names the parameter.
        """
        return None if self.body is OMIT else encode(self.body)

    def decode(self, reply: Reply) -> R:
        """Read the answer, or raise the error it carries.

        Raises:
            APIError: The server answered with an error; the class follows the status.
            UnexpectedResponse: It answered with success, and a body that is not of this type, or
                with a redirect after which the result can't be had.
        """
        __tracebackhide__ = True
        if not 200 <= reply.status < 300:
            raise self._refusal(reply)
        if reply.was_done and self.is_undone(reply):
            reason = f"a redirect led to {reply.place}, which does not show what was to be done"
            raise self.unexpected(reply, reason, self.parse(reply))
        says_nothing = self.null is not None and not reply.content
        value = self._complete(None if says_nothing else self.parse(reply))
        try:
            found = structure(value, self.returns)
        except Mismatch as mismatch:
            words = words_of(value) if is_object(value) else ""
            said = f"; the server says: {words}" if words else ""
            raise self.unexpected(reply, f"{mismatch}{said}", value) from None
        if not has_usable_id(found):
            raise self.unexpected(reply, "id: nothing can be asked for under this one", value)
        return found

    def parse(self, reply: Reply) -> Any:
        """Return the JSON value of an answer.

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
        """Tell whether an old server answered a write with the ids only."""
        try:
            return _is_receipt(decode_json(reply.content))
        except ValueError:
            return False

    def is_undone(self, reply: Reply) -> bool:
        """Tell whether what a redirect led to shows that a write was not done, and may be sent again."""
        if not (reply.status < 300 and self.is_repeatable) or self.only_reads:
            return False
        try:
            return not shows(decode_json(reply.content), self.method, self.body)
        except ValueError:
            return False

    def returning(self, form: TypeForm[S], options: RequestOptions | None = None) -> Request[S]:
        """Return the same call with its answer read as another type, changed as `options` say."""
        plain = cast(
            "Request[S]",
            attrs.evolve(cast("Any", self), returns=form, written=None, otherwise=None),
        )
        return plain.with_options(options)

    def with_options(self, options: RequestOptions | None) -> Request[R]:
        """Return the same call, changed as one call of the flat client can be.

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

    def _refusal(self, reply: Reply) -> APIError:
        """Make the error for an answer that is not a success."""
        error = describe_error(reply, self.method, self.missing)
        if reply.was_done:
            # Its status is that of the place where the result should be.
            reason = f"a redirect led to what said: {error.message}"
            return self.unexpected(reply, reason, error.body)
        is_open = reply.was_lost or leaves_open(reply)
        error.maybe_done = is_open and bool(self.if_lost)
        if self.method == "DELETE" and reply.was_lost and error.status == 404:
            error.hint = _joined(error.hint, MAYBE_DELETED)
        elif is_open:
            error.hint = _joined(error.hint, self.if_lost)
        return error

    def unexpected(self, reply: Reply, reason: str, body: Any) -> UnexpectedResponse:
        """Make the error for a success that is not what the API describes."""
        error = UnexpectedResponse(
            reply.status,
            body,
            message=f"the answer is not what the API describes: {reason}",
            hint=_joined(advice(reply, self.path), self.if_lost),
            method=self.method,
            url=reply.url,
        )
        error.attempts = reply.attempts
        error.maybe_done = bool(self.if_lost)
        return error

    def _complete(self, value: Any) -> Any:
        if value is None and self.null is not None:
            return self.null
        if self.written is None or not _is_receipt(value):
            return value
        created = value.get("created_at")
        # Only servers of 2024 answer so, and they store no field of a later date.
        late: frozenset[str] = getattr(self.returns, "__late__", frozenset())
        sent = {name: given for name, given in self.written.items() if name not in late}
        written = decode_json(encode(sent))
        return {"updated_at": created, **written, **value} if created else {**written, **value}


def noted(failure: APIConnectionError, request: Request[Any]) -> APIConnectionError:
    """Note with a failure that what was asked may have been done, where that matters."""
    if request.if_lost:
        failure.message += f" ({request.if_lost})"
    return failure


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


def _joined(*hints: str | None) -> str | None:
    return "; ".join(filter(None, hints)) or None


def _is_receipt(value: Any) -> TypeGuard[dict[str, Any]]:
    return is_object(value) and value.keys() <= {"id", "created_at", "updated_at", "jobs"}

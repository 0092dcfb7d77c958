"""The two faces of the client, and the descriptors that let one method have both.

A resource method describes a request and sends nothing. `operation` makes two functions of it: one
that drives the engine to its end on the calling thread, and one that is awaited. Which of them
`client.agents.get` is depends on the face that the resource holds, and checkers know it too: the
overloads of `__get__` are told apart by `Resource[Sync]` and `Resource[Async]`.

On the class, `Agents.get` is the description itself: `Agents.get(self, id)` is a `Request`, of which
another method may make its own. A flow of several requests (`workflow`) is a coroutine whatever the
face of its caller, so what it calls has the awaiting one: `await Tools(Async(), engine).list(id).to_list()`.

Why the engine can serve both: it is `async def` over a transport, and a coroutine whose transport
never suspends runs to its end at the first `send(None)`. That is `drive`: no thread, no event loop.

Details that were measured. `FaceT` is bound, not constrained: a constrained one turns
`client.agents` into Any in mypy. The awaiting side is typed `Coroutine`: only then do checkers
report a forgotten await. `self` is stripped in `operation.__init__`, and `__get__` gives a plain
`Callable`: a callable class would lose its docstring in editors. And both functions are real
functions with a signature of their own, so `help()`, notebooks and `inspect` tell the truth.

And three for jedi, which Spyder, vim and python-lsp-server complete with. It knows `overload` by that
name alone and takes the first form for all, so it is called `variant`: then jedi reads the last form,
whose type is that of both faces. It counts no `ParamSpec` among the parameters of a class, so that has
to be the last. And what a decorator gives it only learns from a function.

Functions that errors pass through on their way to the caller set `__tracebackhide__`: IPython and
pytest leave such frames out, so that what remains is the caller's line and the error.

A price: no code can be generic over the face and use the result, since its type can't depend on it.
"""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Coroutine
from types import MethodType
from typing import (
    TYPE_CHECKING,
    Any,
    Concatenate,
    Generic,
    NoReturn,
    ParamSpec,
    TypeVar,
    cast,
)
from typing import overload as variant

from julep._keywords.docs import write_out
from julep._keywords.elsewhere import name_elsewhere
from julep.types._absent import no_attribute

from ._engine import Engine
from ._keywords import expanded, own_keywords, refuse_positions, refuse_unknown
from ._options import shown_url
from ._request import Request

P = ParamSpec("P")
R = TypeVar("R")
SourceT = TypeVar("SourceT", bound=Callable[..., Any])


class Face:
    """How the methods of a client behave when called."""


class Sync(Face):
    """Methods block and return their result."""


class Async(Face):
    """Methods return a coroutine to await."""


FaceT = TypeVar("FaceT", bound=Face)


def drive(coroutine: Coroutine[Any, Any, R]) -> R:
    """Run a coroutine that never suspends, on the calling thread, without an event loop.

    Raises:
        RuntimeError: The coroutine suspended: something in it awaited more than its transport.
    """
    __tracebackhide__ = True
    try:
        coroutine.send(None)
    except StopIteration as done:
        return cast("R", done.value)
    finally:
        coroutine.close()
    raise RuntimeError("a blocking call tried to suspend; its transport must never await")


def as_face(face: Face, coroutine: Coroutine[Any, Any, R]) -> R | Coroutine[Any, Any, R]:
    """Return what a call gives on a face: its result where calls block, else the coroutine."""
    __tracebackhide__ = True
    return drive(coroutine) if isinstance(face, Sync) else coroutine


class Resource(Generic[FaceT]):
    """A group of operations that share a path."""

    _face: FaceT
    _engine: Engine

    def __init__(self, face: FaceT, engine: Engine) -> None:
        self._face = face
        self._engine = engine

    if not TYPE_CHECKING:  # checkers would take every name to be there

        def __getattr__(self, name: str) -> NoReturn:
            """Say what to write instead of a name that was there before, or is elsewhere."""
            __tracebackhide__ = True
            raise no_attribute(self, name, name_elsewhere(type(self), name))

    def __repr__(self) -> str:
        names = " ".join(name for name in dir(type(self)) if not name.startswith("_"))
        url = shown_url(self._engine.options.base_url)
        return f"<{type(self).__name__} at {url}: {names}>"


def require(resource: Resource[Any], face: type[Face], instead: str) -> None:
    """Refuse what only the other face can do, before anything is sent.

    Raises:
        TypeError: The resource has the other face; the message says what to write instead.
    """
    __tracebackhide__ = True
    if not isinstance(resource._face, face):  # noqa: SLF001 - a part of Resource
        kind = "awaited" if face is Sync else "blocking"
        raise TypeError(f"this client is {kind}: {instead}")


class Part(Generic[R]):
    """What an object has besides itself, made when it is first asked for."""

    def __init__(self, make: Callable[[Any], R]) -> None:
        self._make = make
        self.__doc__ = make.__doc__

    def __get__(self, instance: Any, owner: type) -> R:
        if instance is None:
            return cast("R", self)  # for help(), which asks the class
        made = self._make(instance)
        instance.__dict__[self._make.__name__] = made
        return made


def part(make: Callable[[Any], R]) -> Part[R]:
    """Make a property of a function that is called once for each object.

    `functools.cached_property` does the same, but jedi completes its attributes with those of its value.
    """
    return Part(make)


class Method(Generic[R, SourceT, P]):
    """A method of both faces: `source` is what the class has, and instances have one of the others."""

    def __init__(
        self,
        source: SourceT,
        blocking: Callable[Concatenate[Resource[Sync], P], R],
        awaiting: Callable[Concatenate[Resource[Async], P], Coroutine[Any, Any, R]],
    ) -> None:
        self._source = source
        self._blocking = blocking
        self._awaiting = awaiting

    def __set_name__(self, owner: type, name: str) -> None:
        write_out(self._source, vars(owner).get("create"))
        for each in (self._blocking, self._awaiting, self):
            each.__doc__ = self._source.__doc__

    @variant
    def __get__(self, instance: None, owner: type) -> SourceT: ...
    @variant
    def __get__(self, instance: Resource[Sync], owner: type) -> Callable[P, R]: ...
    @variant
    def __get__(
        self, instance: Resource[Async], owner: type
    ) -> Callable[P, Coroutine[Any, Any, R]]: ...
    def __get__(self, instance: Resource[Any] | None, owner: type) -> Callable[P, R | Awaitable[R]]:
        if instance is None:
            return self._source
        call = self._blocking if isinstance(instance._face, Sync) else self._awaiting  # noqa: SLF001 - a part of Resource
        return MethodType(call, instance)


def operation(
    describe: Callable[Concatenate[Any, P], Request[R]],
) -> Method[R, Callable[Concatenate[Any, P], Request[R]], P]:
    """Turn a request description into a method of whichever face it is called on."""
    return _described(describe)


def reading(
    describe: Callable[Concatenate[Any, P], Request[R]],
) -> Method[R, Callable[Concatenate[Any, P], Request[R]], P]:
    """Turn a description that may read a file into a method of whichever face it is called on."""
    return _described(describe, reads=True)


def _described(
    describe: Callable[Concatenate[Any, P], Request[R]], *, reads: bool = False
) -> Method[R, Callable[Concatenate[Any, P], Request[R]], P]:
    """Make both faces of a description.

    Args:
        describe: Says what to send.
        reads: Whether that takes time, so that a thread does it where a loop would wait.
    """
    described = _checked(describe)

    @functools.wraps(describe)
    def blocking(self: Resource[Sync], /, *args: P.args, **kwargs: P.kwargs) -> R:
        __tracebackhide__ = True
        return drive(self._engine.call(described(self, *args, **kwargs)))

    @functools.wraps(describe)
    async def awaiting(self: Resource[Async], /, *args: P.args, **kwargs: P.kwargs) -> R:
        __tracebackhide__ = True
        if not reads:
            return await self._engine.call(described(self, *args, **kwargs))
        work = functools.partial(described, self, *args, **kwargs)
        return await self._engine.call(await self._engine.transport.aside(work))

    _sign_result(describe, blocking, awaiting)
    return Method(describe, blocking, awaiting)


def _checked(call: Callable[Concatenate[Any, P], R]) -> Callable[Concatenate[Any, P], R]:
    """Return what refuses arguments that a method doesn't take, with errors that have no trace of their own.

    Args:
        call: Describes a request, or gives the coroutine of several.
    """
    known = own_keywords(call)
    owner = call.__qualname__.partition(".")[0]

    def checked(self: Resource[Any], /, *args: P.args, **kwargs: P.kwargs) -> R:
        __tracebackhide__ = True
        if kwargs and known is not None:
            refuse_unknown(kwargs, known, owner)
        try:
            return call(self, *args, **kwargs)
        except (TypeError, ValueError) as mistake:
            refuse_positions(call, args)
            # Its text says which argument is wrong; where that was noticed says nothing.
            raise mistake.with_traceback(None)  # noqa: B904 - it is the same error

    return checked


def workflow(
    steps: Callable[Concatenate[Any, P], Coroutine[Any, Any, R]],
) -> Method[R, Callable[Concatenate[Any, P], Coroutine[Any, Any, R]], P]:
    """Turn several calls, written as one coroutine, into a method of whichever face it is called on."""
    begun = _checked(steps)

    @functools.wraps(steps)
    def blocking(self: Resource[Sync], /, *args: P.args, **kwargs: P.kwargs) -> R:
        __tracebackhide__ = True
        return drive(begun(self, *args, **kwargs))

    @functools.wraps(steps)
    async def awaiting(self: Resource[Async], /, *args: P.args, **kwargs: P.kwargs) -> R:
        __tracebackhide__ = True
        return await begun(self, *args, **kwargs)

    # What wraps a coroutine function without being one must not look like it.
    del blocking.__wrapped__
    signature = expanded(steps)
    for call in (blocking, awaiting, steps):
        call.__dict__["__signature__"] = signature
    return Method(steps, blocking, awaiting)


def _sign_result(describe: Callable[..., object], *calls: Callable[..., object]) -> None:
    """Show `-> Agent` in help and notebooks where the description says `-> Request[Agent]`.

    The class shows it too: who reads `help(Agents)` wants to know what a call gives.
    """
    signature = expanded(describe)
    result = str(signature.return_annotation).removeprefix("Request[").removesuffix("]")
    shown = signature.replace(return_annotation=result)
    for call in (describe, *calls):
        call.__dict__["__signature__"] = shown

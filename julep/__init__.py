"""The Python SDK for the Julep agents API.

`Julep` blocks, `AsyncJulep` is awaited; `Julep.local()` starts a server of its own. Everything is
imported when it is first asked for, so that importing the package costs nothing.

Some servers lack what others have, or get it wrong. Which are meant by "servers of 2024" and "servers
of 2025", and what the clients do about it, is in `SERVERS.md` beside this file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._namesake import warn_of_namesake
from ._version import __version__ as __version__

warn_of_namesake(__path__[0])
del warn_of_namesake

if TYPE_CHECKING:
    from julep._task_files.loading import load_task as load_task
    from julep._task_files.problems import Problem as Problem
    from julep._task_files.task import LoadedTask as LoadedTask
    from julep.resources.chat_stream import ChatStream as ChatStream
    from julep.resources.runs import Runs as Runs
    from julep.types.seed import *  # noqa: F403 - listed once, there

    from ._chunks import chunks as chunks
    from ._faces import Async as Async
    from ._faces import Sync as Sync
    from ._flat import AsyncJulepApi as AsyncJulepApi
    from ._flat import JulepApi as JulepApi
    from ._function import Function as Function
    from ._function import tool as tool
    from ._function import tool_schema as tool_schema
    from ._options import JulepApiEnvironment as JulepApiEnvironment
    from ._options import RequestOptions as RequestOptions
    from ._pages import Page as Page
    from ._pages import Pages as Pages
    from ._paths import Id as Id
    from ._ping import Ping as Ping
    from ._request import Request as Request
    from ._stream import Stream as Stream
    from .client import AsyncClient as AsyncClient
    from .client import AsyncJulep as AsyncJulep
    from .client import Client as Client
    from .client import Julep as Julep
    from .errors import *  # noqa: F403 - listed once, there
    from .types import *  # noqa: F403 - listed once, there
else:
    from importlib import import_module

    from . import types

    _NAMES = {
        "_chunks": "chunks",
        "_faces": "Async Sync",
        "_flat": "AsyncJulepApi JulepApi",
        "_function": "Function tool tool_schema",
        "_options": "JulepApiEnvironment RequestOptions",
        "_pages": "Page Pages",
        "_ping": "Ping",
        "_paths": "Id",
        "_request": "Request",
        "_stream": "Stream",
        "_task_files.loading": "load_task",
        "_task_files.problems": "Problem",
        "_task_files.task": "LoadedTask",
        "client": "AsyncClient AsyncJulep Client Julep",
        "errors": (
            "APIConnectionError APIError APIStatusError APITimeoutError ApiError AuthenticationError "
            "BadRequestError ConfigurationError ConflictError ExecutionAwaitsInput ExecutionCancelled "
            "ExecutionError ExecutionFailed ExecutionTimeout InputMismatch InternalServerError "
            "JulepError NotFoundError OutputMismatch PermissionDeniedError RateLimitError StreamInterrupted "
            "TaskFileError ToolError TurnLimitReached UnexpectedResponse UnprocessableEntityError"
        ),
        "resources.chat_stream": "ChatStream",
        "resources.runs": "Runs",
    }
    _MODULE_OF = {name: module for module, names in _NAMES.items() for name in names.split()}

    __all__ = sorted({"__version__", *_MODULE_OF, *types.__all__})  # noqa: PLE0605 - checkers read the imports above

    def __getattr__(name: str) -> object:
        if name in _MODULE_OF:
            value = getattr(import_module(f"julep.{_MODULE_OF[name]}"), name)
        elif name in types.__all__:
            value = getattr(types, name)
        elif name[:1].isupper() and hasattr(seed := import_module("julep.types.seed"), name):
            value = getattr(seed, name)
        else:
            raise AttributeError(f"module 'julep' has no attribute {name!r}")
        globals()[name] = value
        return value

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})

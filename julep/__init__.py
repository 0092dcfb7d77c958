"""The Python SDK for the Julep agents API.

Begin with a client::

    from julep import Julep

    client = Julep()         # JULEP_BASE_URL and JULEP_API_KEY say where
    client = Julep.local()   # or a server in this process (extra `local`)

    agent = client.agents.create(name="Ada", about="Answers briefly.")
    session = client.sessions.create(agent=agent)
    print(client.sessions.chat(session, "Hello!").text)

`AsyncJulep` is the same, awaited. What a client has::

    agents     their documents are `agents.docs`, their tools `agents.tools`
    sessions   conversations: `chat`, `chat.stream`, `chat.parse`, `history`
    tasks      workflows: `create`, `run` to the end, `map` over many inputs
    executions what tasks do: `get`, `wait`, `transitions.stream`
    users, docs, files, secrets, projects, jobs

Where the rest is::

    help(client.tasks.run)   each method: what it takes, gives and raises
    load_task, tool, chunks  tasks from files, functions as tools, texts cut up
    julep.errors             what is raised, all of it below `JulepError`
    julep.types              what is sent and answered, and the steps of tasks
    julep.testing            fixtures for pytest: a server with scripted answers
    julep.JulepApi           the client of 2024, with the names of its documents

Beside this file, `STEPS.md` lists the steps of tasks with examples, and
`SERVERS.md` what servers lack or get wrong, which of them are meant by
"servers of 2024" and "of 2025", and what the clients do about it. Everything is
imported when it is first asked for.
"""

from __future__ import annotations

from ._namesake import warn_of_namesake
from ._version import __version__ as __version__

warn_of_namesake(__path__[0])
del warn_of_namesake

# Not that of `typing`, whose import takes longer than all the rest, and the command can't handle a Ctrl-C
# before. jedi would leave out what stands behind a plain False.
TYPE_CHECKING = bool()  # noqa: UP018 - see above
# pyright: reportConstantRedefinition=false
# One comes by a star, too.
if TYPE_CHECKING:
    from julep._client.ping import Ping as Ping
    from julep._documents.chunks import chunks as chunks
    from julep._observability.event_hooks import Attempt as Attempt
    from julep._observability.event_hooks import EventHooks as EventHooks
    from julep._observability.usage import TokenUsage as TokenUsage
    from julep._streams.stream import Stream as Stream
    from julep._task_files.loading import load_task as load_task
    from julep._task_files.problems import Problem as Problem
    from julep._task_files.task import LoadedTask as LoadedTask
    from julep._tools.function import Function as Function
    from julep._tools.function import tool as tool
    from julep._tools.function import tool_schema as tool_schema
    from julep._tools.toolbox import OfferedTool as OfferedTool
    from julep.resources.chat_stream import ChatStream as ChatStream
    from julep.resources.runs import Runs as Runs

    from ._faces import Async as Async
    from ._faces import Sync as Sync
    from ._flat import AsyncJulepApi as AsyncJulepApi
    from ._flat import JulepApi as JulepApi
    from ._options import JulepApiEnvironment as JulepApiEnvironment
    from ._options import RequestOptions as RequestOptions
    from ._pages import Page as Page
    from ._pages import Pages as Pages
    from ._paths import Id as Id
    from ._request import Request as Request
    from ._unlisted import *  # noqa: F403 - listed once, there
    from .client import AsyncClient as AsyncClient
    from .client import AsyncJulep as AsyncJulep
    from .client import Client as Client
    from .client import Julep as Julep
    from .errors import *  # noqa: F403 - listed once, there
    from .types import OMIT as OMIT
    from .types import AddedDocs as AddedDocs
    from .types import Agent as Agent
    from .types import Answer as Answer
    from .types import Call as Call
    from .types import CompletionUsage as CompletionUsage
    from .types import Doc as Doc
    from .types import DocReference as DocReference
    from .types import DocSearchResponse as DocSearchResponse
    from .types import Done as Done
    from .types import Entry as Entry
    from .types import Execution as Execution
    from .types import File as File
    from .types import History as History
    from .types import JobStatus as JobStatus
    from .types import Message as Message
    from .types import MessageDict as MessageDict
    from .types import ParsedAnswer as ParsedAnswer
    from .types import Project as Project
    from .types import Run as Run
    from .types import Secret as Secret
    from .types import Session as Session
    from .types import SkippedText as SkippedText
    from .types import Task as Task
    from .types import TaskDict as TaskDict
    from .types import Tool as Tool
    from .types import ToolCall as ToolCall
    from .types import ToolDict as ToolDict
    from .types import Transition as Transition
    from .types import Turn as Turn
    from .types import User as User
else:
    from importlib import import_module

    _NAMES = {
        "_client.ping": "Ping",
        "_documents.chunks": "chunks",
        "_observability.event_hooks": "Attempt",
        "_flat": "AsyncJulepApi JulepApi",
        "_tools.function": "Function tool tool_schema",
        "_pages": "Page Pages",
        "_paths": "Id",
        "_request": "Request",
        "_task_files.loading": "load_task",
        "_task_files.task": "LoadedTask",
        "client": "AsyncJulep Julep",
        "errors": (
            "APIConnectionError APIError APITimeoutError AuthenticationError BadRequestError "
            "BlockingCallWarning ConfigurationError ConflictError ExecutionAwaitsInput ExecutionCancelled "
            "ExecutionError ExecutionFailed ExecutionTimeout InputMismatch InternalServerError JulepError "
            "NotFoundError OutputMismatch PermissionDeniedError RateLimitError StreamInterrupted TaskFileError "
            "ToolError TurnLimitReached UnexpectedResponse UnprocessableEntityError"
        ),
        "resources.chat_stream": "ChatStream",
        "resources.runs": "Runs",
        "types": (
            "OMIT AddedDocs Agent Answer Call CompletionUsage Doc DocReference DocSearchResponse Done Entry "
            "Execution File History JobStatus Message MessageDict ParsedAnswer Project Run Secret Session "
            "SkippedText Task TaskDict Tool ToolCall ToolDict Transition Turn User"
        ),
    }
    """What programs need, by module."""
    _OTHERS = {
        "_observability.event_hooks": "EventHooks",
        "_faces": "Async Sync",
        "_options": "JulepApiEnvironment RequestOptions",
        "_streams.stream": "Stream",
        "_task_files.problems": "Problem",
        "_tools.toolbox": "OfferedTool",
        "_observability.usage": "TokenUsage",
        "client": "AsyncClient Client",
        "errors": "APIStatusError ApiError",
    }
    """What can be imported too, but is not listed. So can all of `types`, and the names of 2024."""

    def _by_name(modules: dict[str, str]) -> dict[str, str]:
        return {name: module for module, names in modules.items() for name in names.split()}

    _MODULE_OF = _by_name(_NAMES) | _by_name(_OTHERS)

    __all__ = sorted({"__version__", *_by_name(_NAMES)})  # noqa: PLE0605 - checkers read the imports above

    def __getattr__(name: str) -> object:
        if name in _MODULE_OF:
            value = getattr(import_module(f"julep.{_MODULE_OF[name]}"), name)
        elif name == "types":
            value = import_module("julep.types")
        elif name in (types := import_module("julep.types")).__all__:
            value = getattr(types, name)
        elif name[:1].isupper() and hasattr(seed := import_module("julep.types.seed"), name):
            value = getattr(seed, name)
        else:
            raise AttributeError(f"module 'julep' has no attribute {name!r}")
        globals()[name] = value
        return value

    def __dir__() -> list[str]:
        return [*__all__, "errors", "types"]

"""A task, started once, also where the answer to the start is lost."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from typing import Any, Final
from uuid import uuid4

from julep._engine import Engine
from julep._faces import Async, Resource
from julep._pages import SERVER_PAGE, ListOptions, Pages
from julep._paths import Id
from julep._retry import is_unclear
from julep._task_files.inputs import check_input
from julep.errors import APIConnectionError, APIError, InternalServerError, UnexpectedResponse
from julep.types.executions import Execution

from .requests import starting

TOKEN: Final = "julep_client_token"  # noqa: S105 - the name of a field
"""Where in the metadata of an execution its client finds it again."""
SEARCH: Final = 2.0
"""Seconds for which a start may be under way that nobody confirmed."""
LOOK_EVERY: Final = 0.25
"""Seconds between two looks for it."""
MOST_STARTS: Final = 3
"""As often as any call that is safe to repeat is sent: a first time, and `DEFAULT_RETRIES` more."""
SKEW: Final = timedelta(minutes=1)
"""By how much the clocks of client and server may differ."""


class Start:
    """The start of a task, under a token that only it has."""

    def __init__(
        self, task_id: Id, input: Mapping[str, Any], metadata: Mapping[str, Any] | None
    ) -> None:
        self._token = str(uuid4())
        self._since = datetime.now(UTC) - SKEW
        self._request = starting(task_id, input, {**(metadata or {}), TOKEN: self._token})
        self._check = partial(check_input, task_id, input)

    async def send(self, engine: Engine) -> Execution:
        """Start it; where nobody knows whether it was, look for it before it is sent again.

        Raises:
            InputMismatch: The input does not fit the task. Nothing was sent.
        """
        __tracebackhide__ = True
        self._check()
        self._since = datetime.now(UTC) - SKEW
        for attempt in count(1):
            try:
                return await engine.call(self._request)
            except (APIConnectionError, APIError) as failure:
                if not is_unclear(failure) or engine.left == 0:
                    raise
                if found := await self._search_after(failure, engine):
                    return found
                # A success that can't be read is no reason to start it again.
                if attempt == MOST_STARTS or isinstance(failure, UnexpectedResponse):
                    raise
        raise AssertionError("unreachable")

    async def search(self, engine: Engine) -> Execution | None:
        """Look for the execution until it would be there if it had been started.

        Raises:
            APIConnectionError: The last look failed, so that nobody knows.
            InternalServerError: The same.
        """
        until, failure = time.monotonic() + SEARCH, None
        while time.monotonic() < until:
            try:
                failure = None
                if found := await self._found(engine):
                    return found
            except (APIConnectionError, InternalServerError) as lost:
                failure = lost
            if engine.left == 0:
                break
            await engine.sleep(LOOK_EVERY)
        if failure is not None:
            raise failure
        return None

    async def _search_after(
        self, failure: APIConnectionError | APIError, engine: Engine
    ) -> Execution | None:
        try:
            return await self.search(engine)
        except (APIConnectionError, APIError):
            # To send it again without having looked might start it twice.
            raise failure from None

    async def _found(self, engine: Engine) -> Execution | None:
        """Find the execution with the token, among those that are not older than the start."""
        offset = 0
        while page := await self._page(engine, offset):
            for one in page:
                if (one.metadata or {}).get(TOKEN) == self._token:
                    return one
            oldest = page[-1].created_at
            if len(page) < SERVER_PAGE or (oldest is not None and oldest < self._since):
                break
            offset += len(page)
        return None

    async def _page(self, engine: Engine, offset: int) -> list[Execution]:
        options = ListOptions(limit=SERVER_PAGE, offset=offset)
        pages = Pages(Resource(Async(), engine), self._request.path, Execution, options)
        return await pages.to_list()

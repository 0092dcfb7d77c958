"""What executions did, step by step."""

from __future__ import annotations

from typing import Unpack

from julep._codec import OMIT
from julep._faces import FaceT, Resource, operation
from julep._keywords import checked, shows_keywords
from julep._pages import ListOptions, Pages
from julep._paths import Id, path
from julep._request import Request
from julep._runs.requests import TRANSITIONS, where_of
from julep._server_errors.hints import LATE
from julep.types.executions import Transition

from .transition_stream import TransitionStream


class TransitionListOptions(ListOptions, total=False):
    """What lists of transitions take.

    Attributes:
        scope_id: Only those of one run of a workflow (servers of 2025).
    """

    scope_id: Id


class Transitions(Resource[FaceT]):
    """What an execution did, step by step."""

    @shows_keywords
    def list(
        self, execution_id: Id, **options: Unpack[TransitionListOptions]
    ) -> Pages[FaceT, Transition]:
        """List the transitions of an execution, newest first unless `direction="asc"`.

        Args:
            execution_id: The execution, or its id.
            **options: `limit` (most items in all), `page_size`, `offset`, `sort_by`, `direction`,
                `scope_id`. Servers of 2025 keep transitions in reach for two weeks.
        """
        __tracebackhide__ = True
        query = checked(TransitionListOptions, options)
        scope = {"scope_id": query.pop("scope_id", OMIT)}
        return Pages(self, where_of(execution_id, TRANSITIONS), Transition, query, scope)

    @operation
    def get(self, execution_id: Id, transition_id: Id) -> Request[Transition]:
        """Fetch one transition (servers of 2025).

        Args:
            execution_id: The execution, or its id.
            transition_id: The transition, or its id.

        Raises:
            NotFoundError: There is no such transition.
        """
        part = path(TRANSITIONS + "/{transition_id}", transition_id=transition_id)
        where = where_of(execution_id, part)
        return Request("GET", where, Transition, missing=LATE)

    @shows_keywords
    def stream(self, execution_id: Id, *, timeout: float | None = None) -> TransitionStream[FaceT]:
        """Stream each transition once, in order, from the first on, until the execution has ended.

        They come within a second. An execution that waits for input has not ended, nor has one that
        a server lost: without a `timeout` the stream goes on for as long as that lasts. Leave the
        loop at a `wait` that nobody answers.

        Args:
            execution_id: The execution, or its id.
            timeout: Seconds for the whole stream; None for no limit. The client's own timeout
                limits each look at the server.

        Returns:
            Transitions to iterate over.

        Raises:
            NotFoundError: There is no such execution.
            APITimeoutError: While iterating: the execution did not end within `timeout`.
        """
        __tracebackhide__ = True
        return TransitionStream(self, execution_id, timeout)

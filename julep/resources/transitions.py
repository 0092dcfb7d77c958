"""What executions did, step by step."""

from __future__ import annotations

from typing import Unpack, cast

from julep._codec import OMIT
from julep._faces import FaceT, Resource, operation
from julep._keywords import checked, shows_keywords
from julep._pages import ListOptions, Pages
from julep._paths import Id, path
from julep._request import Request
from julep.types.executions import Transition

from .transition_stream import TransitionStream

ALL = "/executions/{execution_id}/transitions"


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
        """The transitions of an execution, newest first unless `direction="asc"`.

        Args:
            execution_id: The execution, or its id.
            **options: `limit` (most items in all), `page_size`, `offset`, `sort_by`, `direction`,
                `scope_id`. Servers of 2025 keep transitions in reach for two weeks.
        """
        query = checked(TransitionListOptions, options)
        scope = {"scope_id": query.pop("scope_id", OMIT)}
        where = path(ALL, execution_id=execution_id)
        return Pages(self, where, Transition, cast("ListOptions", query), scope)

    @operation
    def get(self, execution_id: Id, transition_id: Id) -> Request[Transition]:
        """Fetch one transition (servers of 2025).

        Args:
            execution_id: The execution, or its id.
            transition_id: The transition, or its id.

        Raises:
            NotFoundError: There is no such transition.
        """
        where = path(
            ALL + "/{transition_id}", execution_id=execution_id, transition_id=transition_id
        )
        return Request("GET", where, Transition)

    def stream(self, execution_id: Id) -> TransitionStream[FaceT]:
        """Each transition once, from the first one on, until the execution has ended.

        One that waits for input has not ended: the stream goes on for as long as it waits, whatever
        the client's timeout. Leave the loop at a `wait` that nobody answers.

        Args:
            execution_id: The execution, or its id.

        Returns:
            Transitions to iterate over. Those that a real server streams have `type`, `output` and
            `created_at` only.
        """
        return TransitionStream(self, path(ALL, execution_id=execution_id), execution_id)

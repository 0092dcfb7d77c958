"""Jobs: what goes on behind a request, such as an execution, and its status."""

from __future__ import annotations

from typing import ClassVar

from julep.local.errors import ApiError, BadRequest
from julep.local.records import Job
from julep.local.store.store import Store

from .collection import Resource, new_record, renewed


class Jobs(Resource[Job]):
    """All jobs."""

    kind: ClassVar[str] = "Job"

    def __init__(self, store: Store) -> None:
        super().__init__(store, store.jobs)

    def add(self, name: str, state: str = "succeeded") -> str:
        """Add a job; return its id."""
        job: Job = {
            **new_record(),
            "name": name,
            "has_progress": False,
            "progress": 0.0,
            "state": state,
            "reason": _reason(state),
        }
        return self._add(job)["id"]

    def move(self, job_id: str, state: str) -> None:
        """Note that a job has come to another state; one that is unknown is ignored."""
        if job := self._table.get(job_id):
            self._replace({**job, **renewed(job), "state": state, "reason": _reason(state)})

    def get(self, id: str) -> Job:
        """Return the job of this id.

        Raises:
            BadRequest: There is none; this status is what the API specifies.
        """
        return self._find(id)

    def _missing(self, operation: str) -> ApiError:
        del operation
        return BadRequest("job not found or invalid")


def _reason(state: str) -> str:
    return f"Execution status: {state}"

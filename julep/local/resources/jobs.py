"""Jobs: what goes on behind a request, such as an execution, and how far it is."""

from __future__ import annotations

from julep.local.clock import now
from julep.local.errors import BadRequest
from julep.local.ids import new_id
from julep.local.json_types import JsonObject
from julep.local.store.store import Store


class Jobs:
    """All jobs."""

    def __init__(self, store: Store) -> None:
        self._table = store.jobs

    def add(self, name: str, state: str = "succeeded") -> str:
        """The id of a new job."""
        job_id, moment = new_id(), now()
        self._table.insert(
            {
                "id": job_id,
                "created_at": moment,
                "updated_at": moment,
                "name": name,
                "has_progress": False,
                "progress": 0.0,
                **_state(state),
            }
        )
        return job_id

    def move(self, job_id: str, state: str) -> None:
        """Note that a job has come to another state; unknown jobs are let be."""
        if job := self._table.get(job_id):
            self._table.replace({**job, **_state(state), "updated_at": now()})

    def get(self, id: str) -> JsonObject:
        """The job of this id.

        Raises:
            BadRequest: there is none; so the API has it.
        """
        if (job := self._table.get(id)) is None:
            raise BadRequest("job not found or invalid")
        return job


def _state(state: str) -> JsonObject:
    return {"state": state, "reason": f"Execution status: {state}"}

"""Background jobs."""

from __future__ import annotations

from julep._faces import FaceT, Resource, operation
from julep._paths import Id, path
from julep._request import Request
from julep.types.jobs import JobStatus


class Jobs(Resource[FaceT]):
    """What the server does in the background, such as embedding a document."""

    @operation
    def get(self, job_id: Id) -> Request[JobStatus]:
        """Fetch the state of a job.

        Args:
            job_id: The job's id, from the `jobs` of the answer that started it.

        Raises:
            BadRequestError: There is no such job (`NotFoundError` on some servers).
        """
        return Request("GET", path("/jobs/{job_id}", job_id=job_id), JobStatus)

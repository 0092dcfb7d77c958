"""Background jobs."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, TypeAlias

import attrs

from ._model import Model

JobState: TypeAlias = (
    Literal["pending", "in_progress", "retrying", "succeeded", "aborted", "failed", "unknown"] | str
)


@attrs.define(kw_only=True)
class JobStatus(Model):
    """The state of a background job.

    Attributes:
        id: Id of the job.
        name: Its name.
        reason: The state, in words.
        has_progress: Whether `progress` means anything.
        progress: How much is done, 0 to 100 percent.
        state: Current state.
        created_at: When it was made.
        updated_at: When it last changed.
    """

    id: str
    name: str = ""
    reason: str = ""
    has_progress: bool = False
    progress: float = 0.0
    state: JobState = "pending"
    created_at: datetime | None = None
    updated_at: datetime | None = None

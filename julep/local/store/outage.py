"""Whether the disk takes what is written: the log is told when that changes, and not each time."""

from __future__ import annotations

import logging
from time import monotonic
from typing import Final

from julep.local.unwritable import find_fault

LOGGER: Final = "julep.local.disk"
_SECONDS_WITHOUT_FAILURE: Final = 5.0
"""A full disk has room for a little every now and then. Executions that wait try every two seconds."""
_LOG: Final = logging.getLogger(LOGGER)


class Outage:
    """Follows what becomes of writes."""

    def __init__(self) -> None:
        self._failed_at: float | None = None
        self._has_worked = False

    def failed(self, error: Exception) -> None:
        """Note that a statement failed, whatever failed it."""
        if (fault := find_fault(error)) is None:
            return
        if self._failed_at is None:
            _LOG.warning(
                "%s (%s). %s. Until then nothing new is kept: callers get errors 507, and executions wait",
                fault.problem,
                error,
                fault.remedy,
            )
        self._failed_at, self._has_worked = monotonic(), False

    def worked(self) -> None:
        """Note that something was kept."""
        self._has_worked = True

    def look(self, now: float) -> None:
        """Tell that it is over, if something was kept since the last failure and that is long ago."""
        if self._failed_at is None or not self._has_worked:
            return
        if now - self._failed_at >= _SECONDS_WITHOUT_FAILURE:
            self._failed_at = None
            _LOG.warning("This server can write to its disk again: executions that waited go on")

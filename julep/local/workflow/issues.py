"""What validation finds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from attrs import asdict, field, frozen

from julep.types._json import JsonObject

MOST_ISSUES = 100  # of a task


@frozen(kw_only=True)
class Issue:
    """Something wrong with a task.

    Attributes:
        location: Where: `main[0].if_else.then.evaluate.total`.
        severity: Errors keep the task from being created; warnings don't.
    """

    location: str
    message: str
    severity: Literal["error", "warning"] = "error"
    type: str
    details: Mapping[str, object] = field(factory=JsonObject)

    @classmethod
    def shape(cls, location: str, wrong: str) -> Issue:
        """Returns an issue about a task's structure."""
        return cls(location=location, message=f"{location} {wrong}", type="invalid_shape")

    def wire(self) -> JsonObject:
        """Returns the issue as it goes out."""
        return asdict(self)

"""What validation finds."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Literal

from attrs import asdict, field, frozen

from julep.types._json import JsonObject

MOST_ISSUES = 100  # of a task: nobody reads more, and a large task may have one for each value


@frozen(kw_only=True)
class Issue:
    """Something wrong with a task.

    Attributes:
        location: Where: `main[0].if_else.then.evaluate.total`.
        severity: Errors keep the task from being created; warnings don't.
        hint: What was probably meant.
    """

    location: str
    message: str
    severity: Literal["error", "warning"] = "error"
    type: str
    details: Mapping[str, object] = field(factory=JsonObject)
    hint: str | None = None

    @classmethod
    def shape(cls, location: str, wrong: str, hint: str | None = None) -> Issue:
        """Return an issue about a task's structure."""
        message = f"{location} {wrong}"
        return cls(location=location, message=message, type="invalid_shape", hint=hint)

    @property
    def sentence(self) -> str:
        """The message with the hint, for readers who get no more."""
        return f"{self.message}; {self.hint}" if self.hint else self.message

    def wire(self) -> JsonObject:
        """Return the issue as it goes out."""
        shown = asdict(self, filter=lambda attribute, _: attribute.name != "hint")
        return {**shown, "message": self.sentence}


def did_you_mean(name: str, known: Iterable[str]) -> str | None:
    """Ask for the known name that is most like another one, if one is like it."""
    close = difflib.get_close_matches(name, list(known), n=1)
    return f"did you mean {close[0]!r}?" if close else None

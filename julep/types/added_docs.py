"""What became of texts that were added as documents."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import attrs

from .docs import Doc


class SkippedText(NamedTuple):
    """A text that did not become a document.

    Attributes:
        path: The file, or the title of what is none.
        reason: Why: it is empty, not text or too large, or can't be read or stored.
    """

    path: Path | str
    reason: str


@attrs.define(repr=False)
class AddedDocs:
    """What became of texts that were added as documents. Each list is sorted by path.

    Attributes:
        added: Documents that were not there before.
        changed: Those that took the place of one whose text, title or metadata was another.
        unchanged: Those that were there.
        removed: Those that were deleted because their files are gone.
        skipped: Pairs of path and reason.
    """

    added: list[Doc] = attrs.field(factory=list[Doc])
    changed: list[Doc] = attrs.field(factory=list[Doc])
    unchanged: list[Doc] = attrs.field(factory=list[Doc])
    removed: list[Doc] = attrs.field(factory=list[Doc])
    skipped: list[SkippedText] = attrs.field(factory=list[SkippedText])

    def __str__(self) -> str:
        counts = {name: len(getattr(self, name)) for name in attrs.fields_dict(type(self))}
        return ", ".join(f"{count} {name}" for name, count in counts.items())

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self}>"

    def _repr_html_(self) -> str | None:
        """Return a table of the texts and their documents, for notebooks."""
        from julep._html import html_of  # noqa: PLC0415 - only notebooks pay for it

        return html_of(self)

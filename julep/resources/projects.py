"""Projects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Unpack

from julep._codec import OMIT
from julep._faces import FaceT, Resource, operation
from julep._keywords import shows_keywords
from julep._pages import FilteredListOptions, Pages
from julep._request import Request
from julep._server_errors.hints import LATE
from julep.types.projects import Project


class Projects(Resource[FaceT]):
    """What agents, users and files are grouped by (servers of 2025)."""

    @operation
    def create(
        self,
        *,
        name: str,
        canonical_name: str | None = OMIT,
        metadata: Mapping[str, Any] | None = OMIT,
    ) -> Request[Project]:
        """Create a project.

        Args:
            name: 1 to 255 characters.
            canonical_name: A unique name of letters, digits and underscores; made up when absent.
            metadata: Data of your own, to be filtered by.

        Raises:
            ConflictError: The canonical name is taken.
        """
        body = {"name": name, "canonical_name": canonical_name, "metadata": metadata}
        return Request("POST", "/projects", Project, body=body, written=body, missing=LATE)

    @shows_keywords
    def list(self, **options: Unpack[FilteredListOptions]) -> Pages[FaceT, Project]:
        """List all projects, newest first. Pages are fetched as they are needed.

        Args:
            **options: `limit` (most items in all), `page_size`, `offset`, `sort_by`, `direction`,
                `metadata_filter`.
        """
        __tracebackhide__ = True
        return Pages(self, "/projects", Project, options, form=FilteredListOptions, missing=LATE)

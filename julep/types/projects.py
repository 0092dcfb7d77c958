"""Projects."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import attrs

from ._model import Model


@attrs.define(kw_only=True)
class CreateProject(Model):
    """What a project is made from.

    Attributes:
        name: Display name, 1 to 255 characters.
        canonical_name: Unique name, 1 to 255 letters, digits and underscores.
        metadata: Data attached by the developer.
    """

    name: str
    canonical_name: str | None = None
    metadata: dict[str, Any] | None = None


@attrs.define(kw_only=True)
class Project(CreateProject):
    """What agents, users and files can be grouped by.

    Attributes:
        id: Id of the project.
        created_at: When it was made.
        updated_at: When it last changed.
    """

    id: str
    created_at: datetime | None = None
    updated_at: datetime | None = None

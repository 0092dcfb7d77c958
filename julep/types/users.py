"""Users."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

import attrs

from ._model import Model


@attrs.define(kw_only=True)
class CreateUser(Model):
    """What a user is made from.

    Attributes:
        name: Display name, up to 120 characters, beginning with a letter.
        about: Who the user is, in a few words.
        metadata: Data attached by the developer.
        project: Canonical name of the project that it belongs to.
    """

    __late__: ClassVar[frozenset[str]] = frozenset({"project"})

    name: str
    about: str = ""
    metadata: dict[str, Any] | None = None
    project: str | None = None


@attrs.define(kw_only=True)
class User(CreateUser):
    """Someone that agents talk to.

    Attributes:
        id: Id of the user.
        created_at: When it was made.
        updated_at: When it last changed.
    """

    id: str
    created_at: datetime | None = None
    updated_at: datetime | None = None

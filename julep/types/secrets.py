"""Secrets that tools use."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import attrs

from ._model import Model


@attrs.define(kw_only=True)
class CreateSecret(Model):
    """What a secret is made from.

    Attributes:
        name: Name that tools refer to it by.
        value: The secret itself. It isn't shown in `repr`.
        description: What it is for.
        metadata: Data attached by the developer.
    """

    name: str
    value: str = attrs.field(repr=False)
    description: str | None = None
    metadata: dict[str, Any] | None = None


@attrs.define(kw_only=True)
class Secret(CreateSecret):
    """A stored secret. Lists answer with a masked value.

    Attributes:
        id: Id of the secret.
        created_at: When it was made.
        updated_at: When it last changed.
    """

    id: str
    created_at: datetime | None = None
    updated_at: datetime | None = None

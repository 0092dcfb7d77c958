"""What a server is told to be, known without anything that a server needs."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import attrs

from julep.local.models.settings import ModelSettings
from julep.local.outbound.policy import CallPolicy

from .durability import Durability
from .scripting import Script


@attrs.frozen(kw_only=True)
class Setup:
    """What a server is to be; `LocalServer` says what each part means.

    Two are equal where one server can be both.
    """

    path: Path | None = attrs.field(eq=False)
    host: str
    port: int = attrs.field(eq=False)
    key: str = attrs.field(eq=False, repr=False)
    key_is_given: bool = attrs.field(eq=False)
    models: ModelSettings
    allow_origins: Collection[str]
    api_calls: CallPolicy
    durability: Durability
    strict: bool
    script: Script = attrs.field(eq=False)

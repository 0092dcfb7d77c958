"""Files."""

from __future__ import annotations

from datetime import datetime

import attrs

from ._model import Model


@attrs.define(kw_only=True)
class CreateFile(Model):
    """What a file is made from.

    Attributes:
        name: Its name, up to 120 characters.
        content: Its bytes, in base64.
        description: What it is.
        mime_type: Kind of content, such as `text/plain`.
        project: Canonical name of the project that it belongs to.
    """

    name: str
    content: str
    description: str = ""
    mime_type: str | None = None
    project: str | None = None


@attrs.define(kw_only=True)
class File(CreateFile):
    """A stored file.

    Attributes:
        id: Id of the file.
        size: Its length in bytes.
        hash: Hash of its content.
        created_at: When it was made.
        updated_at: When it last changed.
    """

    id: str
    size: int | None = None
    hash: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None

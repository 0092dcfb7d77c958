"""Files."""

from __future__ import annotations

import mimetypes
from base64 import b64encode
from functools import partial
from os import PathLike
from pathlib import Path
from typing import Any, TypeVar, Unpack, cast

import attrs

from julep._codec import OMIT
from julep._faces import FaceT, Resource, operation, workflow
from julep._keywords import shows_keywords
from julep._pages import ListOptions, Pages
from julep._paths import Id, path
from julep._request import Request
from julep._server_errors.hints import LATE
from julep.types._json import is_object
from julep.types.common import ResourceDeleted
from julep.types.files import File

from .file_parts import Download, FileBody, FileSource, receive

R = TypeVar("R")


@attrs.frozen
class FileWrite(Request[R]):
    """An upload, which self-hosted servers answer with a placeholder instead of the content."""

    def _complete(self, value: Any) -> Any:
        value = super()._complete(value)
        if self.written is None or not is_object(value) or "content" not in value:
            return value
        return {**value, "content": self.written["content"]}


class Files(Resource[FaceT]):
    """Files that tasks can use (servers of 2025)."""

    @operation
    def create(
        self,
        *,
        name: str,
        content: str | bytes | Path,
        description: str = OMIT,
        mime_type: str | None = OMIT,
        project: str | None = OMIT,
    ) -> Request[File]:
        """Upload a file.

        Args:
            name: Up to 120 characters, no leading digit.
            content: The file: a `Path` to read, bytes, or text that is base64 already.
            description: What it is.
            mime_type: Such as `application/pdf`; guessed for a `Path`.
            project: Canonical name of the project that it belongs to.

        Returns:
            The file, with its `size` in bytes and its `hash`.
        """
        if isinstance(content, Path):
            mime_type = mimetypes.guess_type(content)[0] if mime_type is OMIT else mime_type
            content = content.read_bytes()
        body = {
            "name": name,
            "content": content if isinstance(content, str) else b64encode(content).decode(),
            "description": description,
            "mime_type": mime_type,
            "project": project,
        }
        return FileWrite("POST", "/files", File, body=body, written=body, missing=LATE)

    @workflow
    async def upload(
        self,
        source: FileSource,
        *,
        name: str = OMIT,
        description: str = OMIT,
        mime_type: str | None = OMIT,
        project: str | None = OMIT,
    ) -> File:
        """Upload a file that is read while it is sent, so that it takes no memory.

        The client's `timeout` limits how long each piece, of some 200 KB, is on its way, and the whole
        answer after the last.

        Args:
            source: A `Path`, bytes, or a file that is open for reading bytes, which is read from where
                it stands.
            name: Up to 120 characters, no leading digit. By default that of the file.
            description: What it is.
            mime_type: Such as `application/pdf`; guessed by the name.
            project: Canonical name of the project that it belongs to.

        Returns:
            The file, with its `size` in bytes and its `hash`. Its `content` is empty.

        Raises:
            TypeError: The source is none, or has no name. Nothing was sent.
            FileNotFoundError: There is no such file. Nothing was sent.
        """
        __tracebackhide__ = True
        name = _name(source) if name is OMIT else name
        kind = mimetypes.guess_type(name)[0] if mime_type is OMIT else mime_type
        fields = {"name": name, "description": description, "mime_type": kind, "project": project}
        body = await self._engine.transport.aside(partial(FileBody, source, fields))
        request = Request("POST", "/files", File, pieces=body, missing=LATE, is_piecewise=True)
        return await receive(self._engine, request, None)

    @workflow
    async def download(self, file_id: Id, *, to: PathLike[str] | str) -> Path:
        """Store the content of a file while it arrives, so that it takes no memory.

        It appears in its place only when it is whole, and then replaces what is there. The client's
        `timeout` limits the wait for the answer, and for each piece.

        Args:
            file_id: The file, or its id.
            to: Where to store it. In a folder that exists, it gets its own name.

        Returns:
            The path of the stored file.

        Raises:
            NotFoundError: There is no such file.
            APIConnectionError: The connection broke. Nothing is left of the file.
            OSError: The file can't be stored there.
        """
        __tracebackhide__ = True
        where = path("/files/{file_id}", file_id=file_id)
        request = Request("GET", where, File, missing=LATE, is_piecewise=True)
        aside = self._engine.transport.aside
        file = await aside(partial(Download, to))
        try:
            received = await receive(self._engine, request, file.write)
            return await aside(partial(file.finish, received.name))
        finally:
            file.discard()

    @operation
    def get(self, file_id: Id) -> Request[File]:
        """Fetch one file, its `content` in base64.

        Args:
            file_id: The file, or its id.

        Raises:
            NotFoundError: There is no such file.
        """
        return Request("GET", path("/files/{file_id}", file_id=file_id), File, missing=LATE)

    @shows_keywords
    def list(self, **options: Unpack[ListOptions]) -> Pages[FaceT, File]:
        """List all files, contents included. Self-hosted servers send all of them at once.

        Args:
            **options: `limit` (most items in all), `page_size`, `offset`, `sort_by`, `direction`.
        """
        __tracebackhide__ = True
        return Pages(self, "/files", File, options, missing=LATE)

    @operation
    def delete(self, file_id: Id) -> Request[ResourceDeleted]:
        """Delete a file.

        Args:
            file_id: The file, or its id.
        """
        where = path("/files/{file_id}", file_id=file_id)
        return Request("DELETE", where, ResourceDeleted, missing=LATE)


def _name(source: object) -> str:
    """Return the name of what has one.

    Raises:
        TypeError: It has none.
    """
    kind, own = type(source).__name__, getattr(source, "name", None)
    name = cast("str", source) if isinstance(source, PathLike) else own
    if not isinstance(name, str | PathLike):
        raise TypeError(f"{kind} has no name of its own; pass name=…")
    return Path(cast("str", name)).name

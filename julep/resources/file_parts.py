"""Files on their way: base64 within JSON, as the API has it, made and read piece by piece."""

from __future__ import annotations

import io
import os
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext, suppress
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, Final, Protocol, TypeAlias
from uuid import uuid4

from julep._codec import encode
from julep._engine import Engine
from julep._exchange import too_large
from julep._reply import Reply
from julep._request import Request, noted
from julep.errors import APIConnectionError
from julep.types.files import File


class Readable(Protocol):
    """A file that is open for reading bytes."""

    def read(self, size: int = ..., /) -> bytes | None:
        """Return some bytes, or none at the end."""
        ...


FileSource: TypeAlias = "os.PathLike[str] | bytes | bytearray | Readable"
"""A path, bytes, or a file that is open for reading bytes."""

PIECE: Final = 3 * 2**16
"""Bytes that are read at a time; three become four of base64."""


class FileBody:
    """The body of an upload, which is made of the file while it is sent.

    Raises:
        OSError: The file can't be read, or became shorter.
        TypeError: The source is none.
    """

    def __init__(self, source: FileSource, fields: dict[str, Any]) -> None:
        self._source = source if isinstance(source, os.PathLike) else _seekable(source)
        self._start, self._size = _extent(self._source)
        # There is a name in any case, so that a comma is right.
        self._head = encode(fields)[:-1] + b',"content":"'

    def __len__(self) -> int:
        return len(self._head) + 4 * -(-self._size // 3) + len(_TAIL)

    def __iter__(self) -> Iterator[bytes]:
        yield self._head
        with self._opened() as file:
            left = self._size
            while left:
                piece = _read(file, min(PIECE, left))
                left -= len(piece)
                yield b64encode(piece)
        yield _TAIL

    def _opened(self) -> AbstractContextManager[BinaryIO]:
        if isinstance(self._source, os.PathLike):
            return Path(self._source).open("rb")
        self._source.seek(self._start)
        return nullcontext(self._source)


_TAIL: Final = b'"}'


def _seekable(source: object) -> BinaryIO:
    if isinstance(source, bytes | bytearray):
        return io.BytesIO(source)
    if not callable(getattr(source, "read", None)):
        raise TypeError(
            f"a file is a Path, bytes, or a file that is open for reading, not {type(source).__name__}"
        )
    file: Any = source
    if isinstance(file, io.TextIOBase):
        raise TypeError("the file is open for reading text; open it with mode 'rb'")
    is_seekable = callable(getattr(file, "seekable", None)) and file.seekable()
    seekable: BinaryIO = file if is_seekable else io.BytesIO(file.read())
    return seekable


def _extent(source: os.PathLike[str] | BinaryIO) -> tuple[int, int]:
    """Return where a file begins for its sender, and its size in bytes."""
    if isinstance(source, os.PathLike):
        return 0, Path(source).stat().st_size
    start = source.tell()
    return start, source.seek(0, os.SEEK_END) - start


def _read(file: BinaryIO, size: int) -> bytes:
    """Read as much as was asked for: files that are not buffered may give less at a time."""
    found = b""
    while len(found) < size:
        if not (piece := file.read(size - len(found))):
            raise OSError("the file became shorter while it was being sent")
        found += piece
    return found


async def receive(
    engine: Engine, request: Request[File], take: Callable[[bytes], object] | None
) -> File:
    """Send a request, and hand over the content of the file that is the answer, piece by piece.

    Without `take` the content is not looked at: self-hosted servers answer an upload with a place holder.

    Returns:
        The file, with an empty content.

    Raises:
        UnexpectedResponse: The answer is no file, or what is around its content is too large.
    """
    splitter = Splitter(take)
    most, url = engine.options.max_response_bytes, engine.shown_url(request)
    body = await engine.open(request)
    try:
        while (piece := await body.chunk()) is not None:
            await engine.transport.aside(partial(splitter.feed, piece))
            if len(splitter.rest) > most:
                reply = Reply(body.status, body.headers, b"", url)
                raise request.unexpected(reply, too_large("it", most), None)
    except APIConnectionError as failure:
        raise noted(failure, request)  # noqa: B904 - it is the same error
    finally:
        await body.close()
    reply = Reply(body.status, body.headers, bytes(splitter.rest), url)
    file = request.decode(reply)
    if not splitter.is_sound:
        raise request.unexpected(reply, "the content is not base64", file)
    return file


class Splitter:
    """Takes the text of the field `content` out of a JSON object, and decodes it.

    Args:
        take: Is given the bytes of the content, in pieces; None leaves it encoded, and drops it.

    Attributes:
        rest: The object with an empty content.
        is_sound: Whether the content was base64.
    """

    rest: bytearray
    is_sound: bool

    def __init__(self, take: Callable[[bytes], object] | None) -> None:
        self.rest = bytearray()
        self.is_sound = True
        self._take = take
        self._encoded = bytearray()
        self._is_inside = False
        self._depth = 0
        self._string: bytearray | None = None
        self._name = self._last = b""

    def feed(self, piece: bytes) -> None:
        """Take some more of the answer."""
        while piece:
            piece = self._through(piece) if self._is_inside else self._around(piece)

    def _through(self, piece: bytes) -> bytes:
        """Decode up to the end of the content, and return what is behind it."""
        content, quote, behind = piece.partition(b'"')
        if self._take is not None:
            self._encoded += content
            self._decode(self._take, is_last=bool(quote))
        self._is_inside = not quote
        self.rest += quote
        return behind

    def _decode(self, take: Callable[[bytes], object], *, is_last: bool) -> None:
        # In JSON a slash may have a backslash before it; the two may come in different pieces.
        clean = self._encoded.replace(b"\\/", b"/")
        whole = len(clean.removesuffix(b"\\")) // 4 * 4
        size = len(clean) if is_last else whole
        try:
            take(b64decode(clean[:size], validate=True))
        except ValueError:
            self.is_sound = False
        self._encoded = clean[size:]

    def _around(self, piece: bytes) -> bytes:
        """Keep what is no content, and return what is behind the quote that begins it."""
        for place, byte in enumerate(piece, start=1):
            self.rest.append(byte)
            if self._string is not None:
                self._add(byte)
            elif byte == _QUOTE and self._name == b"content":
                self._is_inside, self._name = True, b""
                return piece[place:]
            else:
                self._note(byte)
        return b""

    def _add(self, byte: int) -> None:
        """Go on in a string."""
        assert self._string is not None
        if byte == _QUOTE and not self._string.endswith(b"\\"):
            self._last, self._string = bytes(self._string), None
        elif byte == _BACKSLASH and self._string.endswith(b"\\"):
            self._string += b"."  # the pair is over, and escapes nothing behind it
        else:
            self._string.append(byte)

    def _note(self, byte: int) -> None:
        """Go on between strings."""
        if byte == _QUOTE:
            self._string = bytearray()
        elif byte in b"{[":
            self._depth += 1
            self._name = b""
        elif byte in b"}]":
            self._depth -= 1
        elif byte == _COLON:
            self._name = self._last if self._depth == 1 else b""
        elif byte == _COMMA:
            self._name = b""


_QUOTE, _BACKSLASH, _COLON, _COMMA = b'"\\:,'


class Download:
    """A file that is being stored, beside its place until it is whole.

    Args:
        to: Where, or a folder that it goes into under its own name.
    """

    def __init__(self, to: os.PathLike[str] | str) -> None:
        self._to = Path(to)
        folder = self._to if self._to.is_dir() else self._to.parent
        self._part = folder / f".{uuid4()}.part"
        self._file = self._part.open("xb")

    def write(self, piece: bytes) -> None:
        """Store some more."""
        self._file.write(piece)

    def finish(self, name: str) -> Path:
        """Put it where it belongs, in place of what may be there."""
        self._file.close()
        to = self._to / plain_name(name) if self._to.is_dir() else self._to
        return self._part.replace(to)

    def discard(self) -> None:
        """Leave nothing of it behind, unless it was finished."""
        with suppress(OSError):
            # A full disk refuses what is still to be written, which nobody wants any more.
            self._file.close()
        self._part.unlink(missing_ok=True)


def plain_name(name: str) -> str:
    """Return the name of a file without what would put it elsewhere: a server chose it."""
    last = _NO_NAME.sub("_", name.replace("\\", "/").rpartition("/")[2])
    return last.lstrip(".") or "file"


_NO_NAME: Final = re.compile(r'[\x00-\x1f<>:"|?*]')
"""What no file of some system may have in its name."""

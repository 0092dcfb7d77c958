"""Texts that are to become documents: files, the files of folders, and texts that a program has."""

from __future__ import annotations

import codecs
import hashlib
import json
import os
import stat
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path, PurePath
from typing import Any, Final, TypeAlias, cast

import attrs

from julep.types._plain import is_sendable
from julep.types.added_docs import SkippedText
from julep.types.docs import Doc

from .chunks import chunks
from .texts import Skip, text_of

Bytes: TypeAlias = bytes | bytearray
Source: TypeAlias = "os.PathLike[str] | Bytes"
DocSource: TypeAlias = "str | Source | Iterable[Source]"
"""A folder, a file, bytes, several of them, or a text with a title."""

_ONE: Final = (bytes, bytearray, os.PathLike)
MOST_BYTES: Final = 16 * 2**20
"""Of a file: a book of 5,000 pages has as many. What is larger is hardly a text to be read."""
MOST_PIECES: Final = 5_000
"""Of a document: as many as the embedded server takes. Each has a vector of 4 kB, and costs its making."""
LONGEST_TITLE: Final = 800
"""Characters that servers take."""
_LONGEST_OWN_TITLE: Final = 80
"""Characters of a title that is taken from a text."""


@attrs.frozen
class Cutting:
    """How texts are read and cut.

    Attributes:
        size: The most characters of a piece.
        overlap: The most that two pieces share.
        encoding: What a text is read as that is not UTF-8.
        fields: What documents have besides title and content.
    """

    size: int
    overlap: int
    encoding: str | None
    fields: Mapping[str, Any]


@attrs.frozen
class Found:
    """A text that was found and not read yet.

    Attributes:
        key: What it is known by: the folder's name and the path in it, with slashes; what no path
            begins with, and the title, if it is in no file.
        title: The document's title.
        path: The file, or the title of what is none.
        content: The text, if it is not in a file.
    """

    key: str
    title: str
    path: Path | str
    content: bytes | str | None = attrs.field(default=None, repr=False)

    def read(self, how: Cutting) -> Text:
        """Read and cut it.

        Raises:
            Skip: It can't be a document.
        """
        if not is_sendable(self.key):
            raise Skip("its name is not Unicode")
        text = self._decoded(how.encoding)
        if not text.strip():
            raise Skip("empty")
        pieces = chunks(text, how.size, how.overlap)
        if len(pieces) > MOST_PIECES:
            raise Skip(f"too large: {len(pieces)} pieces, {MOST_PIECES} are the most")
        return Text(self.key, {"title": self.title, "content": pieces, **how.fields})

    def _decoded(self, encoding: str | None) -> str:
        content = self._bytes() if self.content is None else self.content
        if len(content) > MOST_BYTES:
            raise Skip(_too_large(len(content)))
        text = content if isinstance(content, str) else text_of(content, encoding)
        return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")

    def _bytes(self) -> bytes:
        try:
            with Path(self.path).open("rb") as file:
                if (size := os.fstat(file.fileno()).st_size) > MOST_BYTES:
                    raise Skip(_too_large(size))
                return file.read(MOST_BYTES + 1)
        except OSError as error:
            raise Skip(f"can't be read: {error.strerror or error}") from None


@attrs.frozen
class Text:
    """A text as it is stored.

    Attributes:
        key: What it is known by.
        fields: The document.
    """

    key: str
    fields: Mapping[str, Any]

    @property
    def digest(self) -> str:
        """A hash of all that is stored of it."""
        plain = json.dumps(self.fields, sort_keys=True)
        return hashlib.sha256(plain.encode()).hexdigest()

    def marked(self, own: Mapping[str, str]) -> dict[str, Any]:
        """Return the document with more in its metadata."""
        metadata: Mapping[str, Any] = self.fields.get("metadata") or {}
        return {**self.fields, "metadata": {**metadata, **own}}

    def is_like(self, doc: Doc) -> bool:
        """Whether a document has this title and these pieces."""
        pieces = [doc.content] if isinstance(doc.content, str) else doc.content
        return (doc.title, pieces) == (self.fields["title"], self.fields["content"])


@attrs.frozen
class Gathered:
    """What was found.

    Attributes:
        texts: What may become documents, by key.
        folders: The folders that were looked through, by the prefixes of keys.
        skipped: What may not, and why.
    """

    texts: dict[str, Found] = attrs.field(factory=dict[str, Found])
    folders: dict[str, Path] = attrs.field(factory=dict[str, Path])
    skipped: list[SkippedText] = attrs.field(factory=list[SkippedText])

    def is_gone(self, key: str) -> bool:
        """Whether a key is that of a file in one of the folders, which is not there any more."""
        return any(
            key.startswith(prefix) and _is_gone(folder, key.removeprefix(prefix))
            for prefix, folder in self.folders.items()
        )

    def add(self, found: Found) -> None:
        """Take a text in.

        Raises:
            ValueError: Another has the same key.
        """
        __tracebackhide__ = True
        other = self.texts.setdefault(found.key, found)
        if os.path.abspath(other.path) != os.path.abspath(found.path):  # noqa: PTH100 - as in _name
            raise ValueError(
                f"{other.path} and {found.path} would be the same document, {found.key!r}: "
                "pass the folder that holds both, or rename one"
            )


def gather(source: DocSource, title: str | None, glob: str) -> Gathered:
    """Look for texts. Files are not opened.

    Raises:
        TypeError: The source is of another type, or a text has no title.
        ValueError: A title is given for several, or two would be the same document.
        FileNotFoundError: There is no such file or folder.
    """
    __tracebackhide__ = True
    gathered = Gathered()
    if isinstance(source, str):
        if title is None:
            raise TypeError(f"a str is a text and needs title=…; {_as_path(source)}")
        gathered.add(_titled(title, source))
        return gathered
    is_one = isinstance(source, _ONE) or not isinstance(source, Iterable)
    sources: Iterable[object] = (source,) if is_one else cast("Iterable[object]", source)
    if title is not None and (not is_one or _is_folder(source)):
        raise ValueError("title is for one text; several have the names of their files")
    for one in sources:
        _add(gathered, one, title, glob)
    return gathered


def _as_path(text: str) -> str:
    """Say how a text is to be passed that is probably a path."""
    path = Path(text)
    with suppress(OSError, ValueError):  # of what can't be one
        if path.exists():
            return (
                f"for the {'folder' if path.is_dir() else 'file'} of that name pass Path({text!r})"
            )
    return "for a file or folder pass a Path"


def _add(gathered: Gathered, source: object, title: str | None, glob: str) -> None:
    __tracebackhide__ = True
    if not isinstance(source, _ONE):
        raise TypeError(
            f"a document is made of a Path or bytes, not {type(source).__name__}; "
            "add a str by itself, with title=…"
        )
    if isinstance(source, bytes | bytearray):
        gathered.add(_of_bytes(bytes(source), title))
    elif _is_folder(path := Path(cast("os.PathLike[str]", source))):
        _add_folder(gathered, path, glob)
    elif not _is_regular(path):
        gathered.skipped.append(SkippedText(path, "not a file"))
    else:
        key = _key(_name(path.parent), _plain(PurePath(path.name)))
        gathered.add(Found(key, title or path.name[-LONGEST_TITLE:], path))


def _add_folder(gathered: Gathered, folder: Path, glob: str) -> None:
    name, real = _name(folder), folder.resolve()
    gathered.folders[_key(name, "")] = folder
    for file in _files(folder, glob):
        inside = file.relative_to(folder)
        if not file.resolve().is_relative_to(real):
            gathered.skipped.append(SkippedText(file, "outside of the folder"))
        elif not any(part.startswith(".") for part in inside.parts):
            path = _plain(inside)
            gathered.add(Found(_key(name, path), path[-LONGEST_TITLE:], file))


def _files(folder: Path, glob: str) -> Iterator[Path]:
    __tracebackhide__ = True
    try:
        found = sorted(folder.glob(glob))
    except NotImplementedError:
        raise ValueError(f"glob must be relative to the folder, unlike {glob!r}") from None
    return (path for path in found if path.is_file())


def _titled(title: str, content: str | bytes) -> Found:
    return Found(f"text:{title}", title, title, content)


def _of_bytes(content: bytes, title: str | None) -> Found:
    if title is not None:
        return _titled(title, content)
    first = content.removeprefix(codecs.BOM_UTF8).lstrip()[: 4 * _LONGEST_OWN_TITLE]
    line = first.decode(errors="replace").partition("\n")[0].strip("#= \t\r")
    own_title = line[:_LONGEST_OWN_TITLE] or "text"
    return Found(f"sha256:{hashlib.sha256(content).hexdigest()}", own_title, own_title, content)


def _too_large(size: int) -> str:
    return f"too large: {size} bytes, {MOST_BYTES} are the most"


def _name(folder: Path) -> str:
    # Not that of what it is a link to, which may have a date or a version in its name.
    return Path(os.path.abspath(folder)).name  # noqa: PTH100 - Path.resolve follows links


def _key(folder: str, path: str) -> str:
    return f"{unicodedata.normalize('NFC', folder)}/{path}"


def _plain(path: PurePath) -> str:
    """Return a path with slashes, and letters in the one form that all systems share."""
    return unicodedata.normalize("NFC", path.as_posix())


def _is_folder(source: object) -> bool:
    return isinstance(source, os.PathLike) and os.path.isdir(cast("os.PathLike[str]", source))  # noqa: PTH112 - of what is no Path too


def _is_gone(folder: Path, path: str) -> bool:
    """Whether there is no such file, however its letters are put together."""
    return all(_is_no_file(folder / unicodedata.normalize(form, path)) for form in ("NFC", "NFD"))


def _is_no_file(file: Path) -> bool:
    """Whether there is no such file, as opposed to one that can't be looked at."""
    try:
        return not _is_regular(file)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False


def _is_regular(file: Path) -> bool:
    return stat.S_ISREG(file.stat().st_mode)

"""Files that go up and come down in pieces."""

from __future__ import annotations

import base64
import io
import json
import sys
import tracemalloc
from collections.abc import AsyncGenerator, Generator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_httpx import HTTPXMock

from julep import APIConnectionError, File, NotFoundError, UnexpectedResponse
from julep.local import LocalServer
from julep.resources.file_parts import PIECE, Download, FileBody, Splitter, plain_name

from .conftest import URL, Face
from .wire import HANG_UP, Connection, Seen, Wire

CONTENT = bytes(range(256)) * 3000 + b"end"
"""Some pieces, of which the last is not full."""
STORED = {"id": "f1", "name": "page.html", "size": 3, "content": "YWJj"}


def names(folder: Path) -> list[str]:
    """What is in a folder."""
    return [one.name for one in folder.iterdir()]


async def test_a_file_comes_back_as_it_was(
    face: Face, julep_server: LocalServer, tmp_path: Path
) -> None:
    """From a path, bytes or an open file, to a path or into a folder."""
    client = face.client(base_url=julep_server.url, api_key=julep_server.key)
    page = tmp_path / "page.html"
    page.write_bytes(CONTENT)
    open_file = io.BytesIO(b"--" + CONTENT)
    open_file.seek(2)
    sources: list[tuple[Any, dict[str, Any]]] = [
        (page, {}),
        (CONTENT, {"name": "page.html", "description": "A page"}),
        (open_file, {"name": "page.html", "mime_type": "text/html"}),
    ]
    for number, (source, fields) in enumerate(sources):
        file = await face.call(client.files.upload, source, **fields)
        assert isinstance(file, File)
        assert (file.name, file.mime_type, file.content) == ("page.html", "text/html", "")
        assert file.size == len(CONTENT)
        to = await face.call(client.files.download, file, to=tmp_path / f"{number}.html")
        assert to == tmp_path / f"{number}.html"
        assert to.read_bytes() == CONTENT
    folder = tmp_path / "downloads"
    folder.mkdir()
    file = await face.call(client.files.upload, page)
    assert await face.call(client.files.download, file, to=str(folder)) == folder / "page.html"
    assert names(folder) == ["page.html"]
    with page.open("rb") as opened:
        assert (await face.call(client.files.upload, opened)).name == "page.html"


async def test_an_upload_may_be_answered_with_a_place_holder(
    face: Face, httpx_mock: HTTPXMock
) -> None:
    """As by servers of 2025; it is not shown for the content; what is sent is JSON like any other."""
    httpx_mock.add_response(status_code=201, json={**STORED, "content": "DUMMY: NEED TO FETCH"})
    file = await face.call(face.client().files.upload, b"abc", name="page.html")
    assert (file.id, file.content) == ("f1", "")
    sent = httpx_mock.get_requests()[0]
    assert json.loads(sent.content) == {
        "name": "page.html",
        "mime_type": "text/html",
        "content": "YWJj",
    }
    assert sent.headers["Content-Length"] == str(len(sent.content))


async def test_a_body_is_made_anew_each_time(face: Face, httpx_mock: HTTPXMock) -> None:
    """For another attempt, and behind a redirect."""
    httpx_mock.add_response(status_code=503, headers={"Retry-After": "0"})
    elsewhere = f"{URL}/v2/files"
    httpx_mock.add_response(status_code=307, headers={"Location": elsewhere})
    httpx_mock.add_response(status_code=201, json=STORED)
    client = face.client(max_retries=1, follow_redirects=True)
    await face.call(client.files.upload, b"abc", name="page.html")
    sent = httpx_mock.get_requests()
    assert [str(request.url) for request in sent] == [f"{URL}/files", f"{URL}/files", elsewhere]
    assert len({request.content for request in sent}) == 1


async def test_nothing_is_left_of_what_broke_off(face: Face, tmp_path: Path) -> None:
    """And what was there before stays."""

    def answer(connection: Connection, seen: Seen) -> object:
        if seen.target.endswith("/f2"):
            connection.send_json({"error": {"message": "no file"}}, "404 Not Found")
            return None
        connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + b'{"content":"YWJj')
        return HANG_UP

    to = tmp_path / "page.html"
    to.write_text("before")
    with Wire(answer) as server:
        client = face.client(base_url=server.url)
        with pytest.raises(APIConnectionError):
            await face.call(client.files.download, "f1", to=to)
        with pytest.raises(NotFoundError):
            await face.call(client.files.download, "f2", to=to)
        with pytest.raises(FileNotFoundError):
            await face.call(client.files.download, "f1", to=tmp_path / "nowhere" / "page.html")
    assert names(tmp_path) == ["page.html"]
    assert to.read_text() == "before"


@contextmanager
def room_for(size: int) -> Generator[None]:
    """Let no file of this process become larger."""
    import resource  # noqa: PLC0415 - Windows has none

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.skipif(sys.platform == "win32", reason="a process can't limit its files there")
async def test_nothing_is_left_of_what_the_disk_has_no_room_for(
    face: Face, julep_server: LocalServer, tmp_path: Path
) -> None:
    """The system's error comes out, although a part of the file had been stored."""
    client = face.client(base_url=julep_server.url, api_key=julep_server.key)
    file = await face.call(client.files.upload, CONTENT, name="page.html")
    with room_for(100_000), pytest.raises(OSError, match="too large"):
        await face.call(client.files.download, file, to=tmp_path / "page.html")
    assert names(tmp_path) == []


@pytest.mark.skipif(sys.platform == "win32", reason="a process can't limit its files there")
def test_what_could_not_be_stored_goes_with_the_rest(tmp_path: Path) -> None:
    """Bytes that wait to be written don't keep a file from being discarded."""
    download = Download(tmp_path / "page.html")
    with room_for(100):
        with pytest.raises(OSError, match="too large"):
            list(map(download.write, [bytes(1000)] * 1000))
        download.discard()
    assert names(tmp_path) == []


@pytest.mark.parametrize("answer", [b'{"id":"f1","content":"%"}', b'{"id":"f1"', b"[]"])
async def test_what_is_no_file_is_told(
    face: Face, answer: bytes, httpx_mock: HTTPXMock, tmp_path: Path
) -> None:
    """Whatever a server sends with success."""
    httpx_mock.add_response(content=answer)
    with pytest.raises(UnexpectedResponse):
        await face.call(face.client().files.download, "f1", to=tmp_path / "x")
    assert names(tmp_path) == []


WRONG: list[tuple[Any, dict[str, Any], type[Exception], str]] = [
    ("page.html", {"name": "x"}, TypeError, "a file is a Path, bytes, or a file that is open"),
    (b"abc", {}, TypeError, "bytes has no name of its own; pass name="),
    (io.StringIO("abc"), {"name": "x"}, TypeError, "open it with mode 'rb'"),
    (Path("nowhere"), {}, FileNotFoundError, "nowhere"),
]


@pytest.mark.parametrize(("source", "fields", "kind", "fault"), WRONG)
async def test_what_cannot_be_uploaded_is_told_before_anything_is_sent(
    face: Face, source: Any, fields: dict[str, Any], kind: type[Exception], fault: str
) -> None:
    """Nobody listens at this address."""
    with pytest.raises(kind, match=fault):
        await face.call(face.client().files.upload, source, **fields)


class Trickling(io.RawIOBase):
    """A file that gives a few bytes at a time, and can't be read twice."""

    def __init__(self, content: bytes) -> None:
        self._left = io.BytesIO(content)

    def readable(self) -> bool:
        """It is open for reading."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Give a few bytes."""
        return self._left.readinto(memoryview(buffer)[:7])


def test_a_body_is_the_json_of_its_file() -> None:
    """Of a pipe too, whatever it gives at a time."""
    for size in (0, 1, 2, 3, PIECE - 1, PIECE, PIECE + 1):
        content = CONTENT[:size]
        for source in (content, Trickling(content)):
            body = FileBody(source, {"name": "ä"})
            whole = b"".join(body)
            assert len(whole) == len(body)
            assert json.loads(whole) == {"name": "ä", "content": base64.b64encode(content).decode()}


@given(
    st.binary(max_size=100),
    st.dictionaries(st.text(max_size=5), st.text() | st.lists(st.text()), max_size=3),
    st.integers(1, 20),
    st.booleans(),
)
def test_content_is_split_from_the_rest(
    content: bytes, others: dict[str, Any], size: int, slashes: bool
) -> None:
    """Wherever it stands and however it is cut; what looks like it inside of others is left."""
    others = {**others, "metadata": {"content": "QQ=="}, 'a"\\': ["content"]}
    others.pop("content", None)
    items = list(others.items())
    items.insert(size % (len(items) + 1), ("content", base64.b64encode(content).decode()))
    text = json.dumps(dict(items))
    text = text.replace("/", "\\/") if slashes else text
    found: list[bytes] = []
    splitter = Splitter(found.append)
    encoded = text.encode()
    for start in range(0, len(encoded), size):
        splitter.feed(encoded[start : start + size])
    assert splitter.is_sound
    assert b"".join(found) == content
    assert json.loads(splitter.rest) == {**others, "content": ""}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("page.html", "page.html"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\run.exe", "run.exe"),
        ("C:evil\0", "C_evil_"),
        (".bashrc", "bashrc"),
        ("..", "file"),
        ("", "file"),
    ],
)
def test_a_server_does_not_choose_the_place(name: str, expected: str) -> None:
    """The name that it gives is a name and nothing else."""
    assert plain_name(name) == expected


class Piecewise(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Reads what is sent and sends what is read in pieces, and keeps none of it."""

    def __init__(self, size: int) -> None:
        self._size = size

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Do so where calls block."""
        assert isinstance(request.stream, httpx.SyncByteStream)
        taken = sum(map(len, request.stream))
        return httpx.Response(200, stream=Answer(0 if taken else self._size))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Do so where they are awaited."""
        assert isinstance(request.stream, httpx.AsyncByteStream)
        taken = sum([len(piece) async for piece in request.stream])
        return httpx.Response(200, stream=Answer(0 if taken else self._size))


class Answer(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A file of a size, piece by piece."""

    def __init__(self, size: int) -> None:
        self._size = size

    def __iter__(self) -> Iterator[bytes]:
        yield b'{"id":"f1","name":"n","content":"'
        for _ in range(self._size // PIECE):
            yield b"QUFB" * (PIECE // 3)
        yield b'"}'

    async def __aiter__(self) -> AsyncGenerator[bytes, None]:
        for piece in self:
            yield piece


@pytest.mark.parametrize("name", ["upload", "download"])
async def test_an_answer_around_the_content_has_a_limit(
    face: Face, tmp_path: Path, name: str
) -> None:
    """The same as other answers: else a server could fill the memory."""

    def answer(connection: Connection, _: Seen) -> object:
        connection.send(b'HTTP/1.1 200 OK\r\n\r\n{"content":"QUFB"')
        with suppress(OSError):
            while True:
                connection.send(b" " * 65536)
        return HANG_UP

    with Wire(answer) as server:
        client = face.client(base_url=server.url, max_response_bytes=1_000_000)
        given: dict[str, tuple[Any, Any]] = {
            "upload": (b"A", {"name": "n"}),
            "download": ("f1", {"to": tmp_path}),
        }
        source, options = given[name]
        with pytest.raises(UnexpectedResponse, match="larger than 1000000 bytes"):
            await face.call(getattr(client.files, name), source, **options)
    assert names(tmp_path) == []


async def test_memory_does_not_grow_with_the_file(face: Face, tmp_path: Path) -> None:
    """Neither when it is sent nor when it is read."""
    large = tmp_path / "large.bin"
    size = 24 * 2**20
    with large.open("wb") as file:
        file.truncate(size)
    kind = httpx.Client if face.blocks else httpx.AsyncClient
    client = face.client(httpx_client=kind(transport=Piecewise(size)))
    tracemalloc.start()
    try:
        await face.call(client.files.upload, large)
        to = await face.call(client.files.download, "f1", to=tmp_path / "down.bin")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert to.stat().st_size == size // PIECE * PIECE
    assert peak < 2**22

"""Folders, files and texts that are made documents, however often the program starts."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest
from pytest_httpx import HTTPXMock

from julep import AddedDocs, APIConnectionError, ConflictError, Doc, Julep
from julep.local import LocalServer

from .conftest import KEY, URL, AnyClient, Face
from .shelf import Shelf

MOMENT = "0192f0c1-5a52-7a3e-8f51-2b1c37f6a001"


@attrs.define
class Library:
    """A folder, and an agent that knows it.

    Attributes:
        face: The face.
        client: The client.
        agent: The agent, or its id.
        folder: The folder.
    """

    face: Face
    client: AnyClient
    agent: Any
    folder: Path

    def write(self, path: str, text: str | bytes) -> Path:
        """Write a file."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        return file

    async def add(self, source: Any = None, **options: Any) -> AddedDocs:
        """Add the folder, or something else."""
        given = self.folder if source is None else source
        added = await self.face.call(self.client.agents.docs.add, self.agent, given, **options)
        assert isinstance(added, AddedDocs)
        return added

    async def docs(self) -> dict[str, Doc]:
        """What the agent has, by title."""
        docs = await self.face.call(self.client.agents.docs.list(self.agent).to_list)
        assert len({doc.title for doc in docs}) == len(docs)
        return {doc.title: doc for doc in docs}


def counts(added: AddedDocs) -> list[int]:
    """How many were added, changed, unchanged, removed and skipped."""
    return [len(group) for group in attrs.astuple(added, recurse=False)]


async def library(face: Face, server: LocalServer, tmp_path: Path) -> Library:
    """An agent of the embedded server, and a folder with two files."""
    client = face.client(base_url=server.url, api_key=server.key)
    agent = await face.call(client.agents.create, name="Librarian")
    at = Library(face, client, agent, tmp_path / "handbook")
    at.write("garden.md", "# Garden\n\nIt is open on Saturday.")
    at.write("rooms/small.md", "# Small room\n\nThere is place for four.")
    return at


@pytest.fixture
def shelf(httpx_mock: HTTPXMock) -> Shelf:
    """Documents of a server that is not there."""
    shelf = Shelf()
    httpx_mock.add_callback(shelf.answer, is_reusable=True)
    return shelf


async def test_a_folder_becomes_documents(
    face: Face, julep_server: LocalServer, tmp_path: Path
) -> None:
    """Added once, changed when a file changes, and removed on request when it is gone."""
    at = await library(face, julep_server, tmp_path)
    assert counts(await at.add(glob="**/*.md")) == [2, 0, 0, 0, 0]
    docs = await at.docs()
    assert docs.keys() == {"garden.md", "rooms/small.md"}
    assert docs["garden.md"].content == ["# Garden\n\nIt is open on Saturday."]
    metadata = docs["rooms/small.md"].metadata or {}
    assert metadata["julep_path"] == "handbook/rooms/small.md"
    assert len(metadata["julep_hash"]) == 64

    again = await at.add()
    assert str(again) == "0 added, 0 changed, 2 unchanged, 0 removed, 0 skipped"
    assert await at.docs() == docs

    at.write("garden.md", "It is closed.")
    changed = await at.add()
    assert [doc.title for doc in changed.changed] == ["garden.md"]
    assert (await at.docs())["garden.md"].content == ["It is closed."]

    (at.folder / "garden.md").unlink()
    assert counts(await at.add()) == [0, 0, 1, 0, 0]
    removed = await at.add(prune=True)
    assert [doc.title for doc in removed.removed] == ["garden.md"]
    assert (await at.docs()).keys() == {"rooms/small.md"}


async def test_users_have_folders_too(
    face: Face, julep_server: LocalServer, tmp_path: Path
) -> None:
    """As agents have."""
    at = await library(face, julep_server, tmp_path)
    user = await face.call(at.client.users.create, name="Ada")
    for expected in ([2, 0, 0, 0, 0], [0, 0, 2, 0, 0]):
        added = await face.call(at.client.users.docs.add, user, at.folder)
        assert counts(added) == expected


async def test_files_are_cut_as_asked(
    face: Face, julep_server: LocalServer, tmp_path: Path
) -> None:
    """And another cut is a change, as are other metadata; line ends and a BOM are none."""
    at = await library(face, julep_server, tmp_path)
    text = "One sentence. Another one. And a third."
    file = at.write("a.txt", text)
    await at.add(file, chunk=28, overlap=14, metadata={"team": "garden"})
    doc = (await at.docs())["a.txt"]
    assert doc.content == ["One sentence. Another one.", "Another one. And a third."]
    assert (doc.metadata or {})["team"] == "garden"
    assert counts(await at.add(file)) == [0, 1, 0, 0, 0]
    assert counts(await at.add(file, metadata={"team": "hall"})) == [0, 1, 0, 0, 0]
    assert ((await at.docs())["a.txt"].metadata or {})["team"] == "hall"
    at.write("lines.txt", "One\n\ntwo")
    await at.add()
    at.write("lines.txt", b"\xef\xbb\xbfOne\r\n\r\ntwo")
    assert (await at.add()).changed == []


async def test_what_is_no_text_is_skipped(
    face: Face, julep_server: LocalServer, tmp_path: Path
) -> None:
    """With the reason; an encoding is for what is not UTF-8."""
    at = await library(face, julep_server, tmp_path)
    at.write("empty.txt", " \n")
    at.write("latin.txt", "Käse".encode("latin-1"))
    at.write("wide.txt", "Käse".encode("utf-16"))
    at.write("utf8.txt", "Käse")
    with at.write("large.txt", "x").open("r+b") as file:
        file.truncate(2**30)
    added = await at.add(glob="*.txt")
    assert {Path(path).name: reason for path, reason in added.skipped} == {
        "empty.txt": "empty",
        "latin.txt": "not text in UTF-8",
        "wide.txt": "not text in UTF-8",
        "large.txt": "too large: 1073741824 bytes, 16777216 are the most",
    }
    for name, encoding in (("latin.txt", "latin-1"), ("wide.txt", "utf-16")):
        await at.add([at.folder / name, at.folder / "utf8.txt"], encoding=encoding)
        assert (await at.docs())[name].content == ["Käse"]
    assert (await at.docs())["utf8.txt"].content == ["Käse"]


async def test_documents_of_other_formats_are_skipped(
    face: Face, julep_server: LocalServer, tmp_path: Path
) -> None:
    """By what is in them, whatever their name and the encoding; it is said what to do."""
    at = await library(face, julep_server, tmp_path)
    at.write("plan.pdf", "%PDF-1.4\n1 0 obj << >> endobj\n%%EOF")
    at.write("plan.txt", "%PDF-1.4\n1 0 obj << >> endobj\n%%EOF")
    at.write("plan.docx", b"PK\x03\x04\x14\0\x06\0")
    at.write("plan.doc", b"\xd0\xcf\x11\xe0\xa1\xb1")
    at.write("plan.rtf", r"{\rtf1\ansi Plan\par}")
    at.write("packed.txt", bytes(range(1, 256)) * 9)
    at.write("text.pdf", "Words\x0c with a \x07 bell in a \x1b[1mterminal\x1b[0m. " * 9)
    with pytest.warns(match="^5 skipped, see .skipped of the result: .*plan.doc is an old") as told:
        added = await at.add(glob="*.*", encoding="latin-1")
    assert Path(told[0].filename).name == "conftest.py"  # which called the SDK
    reasons = {Path(path).name: reason for path, reason in added.skipped}
    assert reasons.pop("packed.txt") == "not text in UTF-8 or latin-1"
    way = "not text: extract its text, with pypdf for example, and add that with title=…"
    assert reasons.pop("plan.txt") == reasons["plan.pdf"] == f"a PDF, {way}"
    assert {name: reason.partition(", not text")[0] for name, reason in reasons.items()} == {
        "plan.pdf": "a PDF",
        "plan.docx": "a zip archive, or a file of Word, Excel and the like",
        "plan.doc": "an old file of Word, Excel and the like",
        "plan.rtf": "RTF",
    }
    assert {"text.pdf", "garden.md"} == {doc.title for doc in added.added}
    with pytest.warns(match=f"^1 skipped.*: plan is a PDF, {way}"):
        (skipped,) = (await at.add(b"%PDF-1.7", title="plan")).skipped
    assert skipped == ("plan", f"a PDF, {way}")


async def test_what_a_server_finds_too_large_is_skipped(
    face: Face, julep_server: LocalServer, tmp_path: Path
) -> None:
    """And all others are added; so is what is cut into too many pieces."""
    at = await library(face, julep_server, tmp_path)
    at.write("large.txt", "Some words stand here. " * 200_000)
    added = await at.add(chunk=30_000)
    assert [(Path(path).name, reason[:10]) for path, reason in added.skipped] == [
        ("large.txt", "too large:")
    ]
    assert len(added.added) == 2
    pieces = (await at.add(chunk=200)).skipped
    assert pieces[0].reason.endswith("pieces, 5000 are the most")


async def test_a_skipped_file_keeps_its_document(
    face: Face, julep_server: LocalServer, tmp_path: Path
) -> None:
    """It is there, or can't be looked at; nor is removed what a narrower pattern leaves out."""
    at = await library(face, julep_server, tmp_path)
    await at.add()
    at.write("garden.md", "")
    assert counts(await at.add(prune=True)) == [0, 0, 1, 0, 1]
    assert counts(await at.add(prune=True, glob="*.rst")) == [0, 0, 0, 0, 0]
    (at.folder / "garden.md").unlink()
    (at.folder / "garden.md").symlink_to(at.folder / "garden.md")
    assert counts(await at.add(prune=True)) == [0, 0, 1, 0, 0]
    assert len(await at.docs()) == 2


async def test_a_name_is_the_same_on_all_systems(
    face: Face, julep_server: LocalServer, tmp_path: Path
) -> None:
    """Some take letters apart, and some have other separators."""
    at = await library(face, julep_server, tmp_path)
    at.write("Cafe\u0301/menu.md", "Coffee")
    await at.add()
    metadata = (await at.docs())["Caf\xe9/menu.md"].metadata or {}
    assert metadata["julep_path"] == "handbook/Caf\xe9/menu.md"
    assert counts(await at.add(prune=True)) == [0, 0, 3, 0, 0]
    await at.add("A text", title="handbook/note.md")
    assert counts(await at.add(prune=True, glob="*.md")) == [0, 0, 1, 0, 0]


async def test_nothing_outside_of_the_folder_is_read(
    face: Face, julep_server: LocalServer, tmp_path: Path
) -> None:
    """Not by a link, and not by a pattern; hidden files are left out, and what is no file."""
    at = await library(face, julep_server, tmp_path)
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret.md").write_text("secret")
    (at.folder / "link.md").symlink_to(tmp_path / "outside" / "secret.md")
    (at.folder / "folder").symlink_to(tmp_path / "outside")
    (at.folder / "inside.md").symlink_to(at.folder / "garden.md")
    (at.folder / "lost.md").symlink_to(at.folder / "nowhere.md")
    (at.folder / "loop").symlink_to(at.folder)
    if hasattr(os, "mkfifo"):
        os.mkfifo(at.folder / "pipe.md")
    at.write(".git/config.md", "hidden")
    at.write(".hidden.md", "hidden")
    added = await at.add()
    assert [(path, reason) for path, reason in added.skipped] == [
        (at.folder / "link.md", "outside of the folder")
    ]
    assert {doc.title for doc in added.added} == {"garden.md", "inside.md", "rooms/small.md"}
    if hasattr(os, "mkfifo"):
        assert (await at.add(at.folder / "pipe.md")).skipped[0].reason == "not a file"
    outside = await at.add(glob="../outside/*.md")
    assert [reason for _, reason in outside.skipped] == ["outside of the folder"]
    through = await at.add(glob="folder/*.md")
    assert [reason for _, reason in through.skipped] == ["outside of the folder"]


async def test_texts_are_known_by_their_titles(
    face: Face, julep_server: LocalServer, tmp_path: Path
) -> None:
    """And bytes without one by what they say."""
    at = await library(face, julep_server, tmp_path)
    for text, expected in (
        ("Open on Saturday.", [1, 0, 0, 0, 0]),
        (b"Open on Saturday.", [0, 0, 1, 0, 0]),
        ("Open on Sunday.", [0, 1, 0, 0, 0]),
        ("", [0, 0, 0, 0, 1]),
    ):
        assert counts(await at.add(text, title="Hours")) == expected
    pages = [b"# One\n\ntext", b"Two", at.folder / "garden.md"]
    assert counts(await at.add(pages)) == [3, 0, 0, 0, 0]
    assert counts(await at.add(iter(pages))) == [0, 0, 3, 0, 0]
    assert (await at.docs()).keys() == {"Hours", "One", "Two", "garden.md"}
    assert counts(await at.add(at.folder / "garden.md", title="The garden")) == [0, 1, 0, 0, 0]


async def test_the_same_text_stands_once(
    face: Face, julep_server: LocalServer, tmp_path: Path
) -> None:
    """Where it was stored by hand, or is in another folder under the same name, it is skipped."""
    at = await library(face, julep_server, tmp_path)
    await face.call(at.client.agents.docs.create, at.agent, title="hand.md", content=["By hand."])
    at.write("hand.md", "By hand.")
    added = await at.add()
    assert [(Path(path).name, reason) for path, reason in added.skipped] == [
        ("hand.md", "a document has this title and text already")
    ]
    assert counts(await at.add(at.folder / "hand.md")) == [0, 0, 0, 0, 1]
    assert len(await at.docs()) == 3


async def test_progress_is_one_line(
    face: Face, julep_server: LocalServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """On stderr, and only on request."""
    at = await library(face, julep_server, tmp_path)
    await at.add()
    assert capsys.readouterr().err == ""
    await at.add(progress=True)
    assert capsys.readouterr().err.splitlines()[-1].startswith("2 of 2 documents, ")


WRONG: list[tuple[Any, dict[str, Any], type[Exception], str]] = [
    (
        "handbook",
        {},
        TypeError,
        "a str is a text and needs title=…; for a file or folder pass a Path",
    ),
    ("\0" * 9000, {}, TypeError, "for a file or folder pass a Path"),
    (str(Path()), {}, TypeError, r"for the folder of that name pass Path\('.'\)"),
    (__file__, {}, TypeError, "for the file of that name pass Path"),
    (Path("nowhere"), {}, FileNotFoundError, "nowhere"),
    (["text"], {}, TypeError, "made of a Path or bytes, not str"),
    (5, {}, TypeError, "made of a Path or bytes, not int"),
    (b"text", {"prune": True}, ValueError, "prune=True deletes what is gone from a folder"),
    (Path(), {"title": "x"}, ValueError, "title is for one text"),
    (Path(), {"glob": "/etc/*"}, ValueError, "glob must be relative"),
    (Path(), {"chunk": 100}, ValueError, "overlap must be 0 or more and less than chunk"),
    (Path(), {"chunk": 40_000}, ValueError, "chunk must be 30000 or less"),
    (Path(), {"encoding": "klingon"}, ValueError, "encoding: Python knows none"),
    (Path(), {"concurrency": 0}, ValueError, "concurrency must be 1 or more"),
    (Path(), {"globb": "*"}, TypeError, "did you mean 'glob'"),
]


@pytest.mark.parametrize(("source", "options", "kind", "fault"), WRONG)
async def test_what_cannot_be_added_is_told_before_anything_is_sent(
    face: Face, source: Any, options: dict[str, Any], kind: type[Exception], fault: str
) -> None:
    """By name and value; nobody listens at this address."""
    with pytest.raises(kind, match=fault):
        await face.call(face.client().agents.docs.add, "a1", source, **options)


async def test_two_files_of_one_name_are_refused(face: Face, tmp_path: Path) -> None:
    """Else each run would replace one by the other."""
    at = Library(face, face.client(), "a1", tmp_path)
    files = [at.write("x/a/b.md", "1"), at.write("y/a/b.md", "2")]
    with pytest.raises(ValueError, match=r"would be the same document, 'a/b.md'"):
        await at.add(files)


async def test_a_file_that_is_named_twice_is_one(
    face: Face, julep_server: LocalServer, tmp_path: Path
) -> None:
    """By itself and by its folder, however its path is written."""
    at = await library(face, julep_server, tmp_path)
    other = at.folder.parent / "handbook" / ".." / "handbook" / "garden.md"
    assert counts(await at.add([at.folder, at.folder / "garden.md", other])) == [2, 0, 0, 0, 0]


async def test_an_owner_who_is_not_there_is_told(
    face: Face, julep_server: LocalServer, tmp_path: Path
) -> None:
    """In the words of the server."""
    at = await library(face, julep_server, tmp_path)
    at.agent = MOMENT
    with pytest.raises(ConflictError, match="agent not found"):
        await at.add()


@pytest.mark.parametrize("generation", ["2024", "2025"])
async def test_a_second_run_sends_no_document(
    face: Face, generation: str, shelf: Shelf, tmp_path: Path
) -> None:
    """It reads the lists, of more than one page, and writes nothing."""
    shelf.generation = generation
    at = Library(face, face.client(), "a1", tmp_path)
    for number in range(120):
        at.write(f"{number:03}.md", f"Page {number}")
    assert counts(await at.add()) == [120, 0, 0, 0, 0]
    shelf.calls.clear()
    assert counts(await at.add()) == [0, 0, 120, 0, 0]
    assert shelf.calls == ["GET", "GET"]


@pytest.mark.slow
@pytest.mark.parametrize("generation", ["2024", "2025"])
async def test_a_run_that_breaks_off_is_finished_by_the_next(
    face: Face, generation: str, shelf: Shelf, tmp_path: Path
) -> None:
    """Wherever the connection breaks, before or after the work: no double, and nothing lost.

    Each break is tried once on the blocking client and once on the awaiting one.
    """
    shelf.generation = generation
    at = Library(face, face.client(), "a1", tmp_path)
    breaks = [(n, when) for when in ("before", "after") for n in range(9)]
    for number, moment in breaks[face.name in {"sync", "asyncio"} :: 2]:
        text = f"{generation} {number} {moment}"
        for name in ("a.md", "b.md", "c.md"):
            at.write(name, text)
        known = shelf.texts().keys()
        shelf.calls.clear()
        shelf.breaks = {number: moment}
        try:
            await at.add()
        except APIConnectionError:
            assert known <= shelf.texts().keys()
            await at.add()
        assert shelf.paths == [f"{tmp_path.name}/{name}" for name in ("a.md", "b.md", "c.md")]
        assert set(shelf.texts().values()) == {text}


@pytest.mark.parametrize("fault", [{"drop": "after"}, {"drop": "before"}, {"status": 503}])
async def test_a_lost_answer_is_looked_for(
    face: Face, fault: dict[str, Any], julep_server: LocalServer, tmp_path: Path
) -> None:
    """And what was not done is done then, within the same run."""
    at = await library(face, julep_server, tmp_path)
    julep_server.faults.add(method="POST", path="*/docs", **fault)
    assert counts(await at.add(concurrency=1)) == [2, 0, 0, 0, 0]
    assert len(await at.docs()) == 2


@pytest.mark.slow
async def test_what_is_never_answered_is_raised(face: Face, shelf: Shelf, tmp_path: Path) -> None:
    """With the last failure; what was there before is still there."""
    at = Library(face, face.client(), "a1", tmp_path)
    at.write("a.md", "first")
    await at.add()
    at.write("a.md", "second")
    first = len(shelf.calls)
    shelf.breaks = {first + number: "before" for number in (1, 3, 5)}
    with pytest.raises(APIConnectionError):
        await at.add()
    assert shelf.calls[first:] == ["GET", "POST"] * 3 + ["GET"]
    assert shelf.texts() == {"a.md": "first"}


async def test_what_another_wrote_meanwhile_is_left(
    face: Face, shelf: Shelf, tmp_path: Path
) -> None:
    """It may have seen a newer file; what was there before goes."""
    at = Library(face, face.client(), "a1", tmp_path)
    at.write("a.md", "first")
    await at.add()
    at.write("a.md", "second")
    key = f"{tmp_path.name}/a.md"
    third = {"title": "a.md", "content": ["third"], "id": "d900"}
    metadata = {"julep_path": key, "julep_hash": "of the third"}
    shelf.meanwhile = lambda: shelf.docs.append({**third, "metadata": metadata})
    assert counts(await at.add()) == [0, 1, 0, 0, 0]
    assert sorted(doc["content"] for doc in shelf.docs) == [["second"], ["third"]]
    shelf.meanwhile = int
    assert counts(await at.add()) == [0, 0, 1, 0, 0]
    assert [doc["content"] for doc in shelf.docs] == [["second"]]


@pytest.mark.parametrize("generation", ["2024", "2025"])
def test_two_at_once_make_no_double(generation: str, shelf: Shelf, tmp_path: Path) -> None:
    """Each sees nothing at first, and both create the same."""
    shelf.generation = generation
    (tmp_path / "a.md").write_text("text")
    both = threading.Barrier(2, timeout=10)
    shelf.meanwhile = both.wait
    errors: list[Exception] = []
    threads = [threading.Thread(target=collecting(errors, tmp_path)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert shelf.paths == [f"{tmp_path.name}/a.md"]


ADD = """
import sys
from pathlib import Path
from julep import Julep

url, key, agent, folder = sys.argv[1:]
with Julep(base_url=url, api_key=key) as client:
    client.agents.docs.add(agent, Path(folder))
"""


@pytest.mark.slow
def test_processes_share_a_folder(julep_server: LocalServer, tmp_path: Path) -> None:
    """Each file is one document, when they add it at once and when they change it at once."""
    with Julep(base_url=julep_server.url, api_key=julep_server.key) as client:
        agent = client.agents.create(name="Librarian")
        command = [sys.executable, "-c", ADD, julep_server.url, julep_server.key, agent.id]
        for text in ("first", "second"):
            for number in range(30):
                (tmp_path / f"{number}.md").write_text(f"{text} {number}")
            runs = [subprocess.Popen([*command, str(tmp_path)]) for _ in range(3)]
            assert [run.wait(60) for run in runs] == [0, 0, 0]
            docs = client.agents.docs.list(agent).to_list()
            found = sorted((doc.title, *doc.content) for doc in docs)
            assert found == sorted((f"{n}.md", f"{text} {n}") for n in range(30))


def collecting(errors: list[Exception], folder: Path) -> Callable[[], None]:
    """A run of its own that keeps what goes wrong."""

    def run() -> None:
        try:
            with Julep(base_url=URL, api_key=KEY, max_retries=0) as client:
                client.agents.docs.add("a1", folder)
        except Exception as error:  # noqa: BLE001 - raised in the test
            errors.append(error)

    return run

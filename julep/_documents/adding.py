"""Texts that are made documents of an owner: written where they are missing or were others.

Documents can't be changed, only created and deleted. So a change is a new document, and the old one
goes when the new one is known to be there. Nothing is remembered between runs but what documents say
of themselves, so that each run finishes what the last one left.
"""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Callable, Coroutine, Iterable, Sequence
from functools import partial
from itertools import chain
from typing import Any, Final, TypeVar

import attrs

from julep._checks import check_count, check_flag
from julep._engine import Engine
from julep._faces import Async, Resource
from julep._keywords import checked
from julep._pages import FilteredListOptions, Pages
from julep._paths import path
from julep._progress import Progress
from julep._request import Request
from julep._retry import may_be_there, may_pass
from julep.errors import (
    APIConnectionError,
    APIError,
    BadRequestError,
    ConflictError,
    JulepError,
    NotFoundError,
)
from julep.types.added_docs import AddedDocs, SkippedText
from julep.types.common import ResourceDeleted
from julep.types.docs import Doc

from .marks import HASH, PATH, age, said
from .options import ALL_FILES, AddOptions, cutting
from .sources import Cutting, DocSource, Found, Gathered, Text, gather
from .texts import Skip, warn_of_unread

MOST_WRITES: Final = 3
"""As often as any call that is safe to repeat is sent: a first time, and `DEFAULT_RETRIES` more."""
CONCURRENCY: Final = 8
"""Requests under way at a time, which keep a server busy and overload none."""
TOO_LARGE: Final = 413
"""The status of a body that is longer than a server takes."""
READ_AT_ONCE: Final = 5
"""Files that are read before others are sent: few hold little memory, and to go to a thread costs as
much as to read a small one."""
SETTLING: Final = 0.5
"""Seconds until what was sent is taken to be done or lost, when its answer was lost."""

T = TypeVar("T")
R = TypeVar("R")


@attrs.define
class Adding:
    """One run: looks, writes what is missing, looks again, and deletes what is over.

    Attributes:
        engine: What sends.
        where: The path of the owner's documents.
        gathered: What is to be there.
        how: How it is read and cut.
        concurrency: How many requests are under way at a time, at most.
        prune: Whether documents of files that are gone are deleted.
        progress: Tells how far it is.
    """

    engine: Engine
    where: str
    gathered: Gathered
    how: Cutting
    concurrency: int
    prune: bool
    progress: Progress
    _before: dict[str, list[Doc]] = attrs.field(factory=dict[str, list[Doc]])
    _now: dict[str, list[Doc]] = attrs.field(factory=dict[str, list[Doc]])
    _others: list[Doc] = attrs.field(factory=list[Doc])
    _wanted: dict[str, str] = attrs.field(factory=dict[str, str])
    _failed: dict[str, JulepError] = attrs.field(factory=dict[str, JulepError])
    _made: dict[str, list[Doc]] = attrs.field(factory=dict[str, "list[Doc]"])
    _refused: dict[str, Text] = attrs.field(factory=dict[str, Text])
    _done: int = 0

    async def run(self) -> AddedDocs:
        """Do all of it."""
        with self.progress:
            await self._look()
            self._before = self._now
            await self._write_all()
            removed = await self._tidy()
        return self._report(removed)

    async def _look(self) -> None:
        """See which documents are there, the oldest first."""
        options = FilteredListOptions()
        if len(self.gathered.texts) == 1 and not (self.prune or self._refused):
            options["metadata_filter"] = {PATH: next(iter(self.gathered.texts))}
        pages = Pages(
            Resource(Async(), self.engine),
            self.where,
            Doc,
            options,
            {"include_embeddings": False},
            form=FilteredListOptions,
            asks_numbers=False,
        )
        self._now, self._others = {}, []
        for doc in sorted(await pages.to_list(), key=age):
            key = said(doc, PATH) if said(doc, HASH) else None
            (self._others if key is None else self._now.setdefault(key, [])).append(doc)

    async def _write_all(self) -> None:
        """Write until everything is there, however answers are lost."""
        todo = list(self.gathered.texts.values())
        for _ in range(MOST_WRITES):
            self._failed.clear()
            size = max(1, min(READ_AT_ONCE, len(todo) // self.concurrency))
            several = [todo[at : at + size] for at in range(0, len(todo), size)]
            if not any(await self._each(several, self._write)):
                return
            if self._failed:
                await self.engine.sleep(SETTLING)
            await self._look()
            await self._each(list(self._refused.values()), self._make_way)
            lost = [key for key in self._failed if key in self._wanted and not self._kept(key)]
            if not lost:
                return
            todo = [self.gathered.texts[key] for key in lost]
        raise self._failed[todo[0].key]

    async def _write(self, several: Sequence[Found]) -> int:
        """Write texts that are not there; return for how many that was tried."""
        texts = await self.engine.transport.aside(lambda: list(map(self._read, several)))
        new = [text for text in texts if text is not None and not self._kept(text.key)]
        for text in new:
            await self._create(text)
            self._show_done(1)
        self._show_done(len(several) - len(new))
        return len(new)

    def _read(self, found: Found) -> Text | None:
        try:
            text = found.read(self.how)
        except Skip as skip:
            self._skip(found, str(skip))
            return None
        self._wanted[text.key] = text.digest
        return text

    def _show_done(self, count: int) -> None:
        self._done = min(self._done + count, len(self.gathered.texts))
        self.progress.show(f"{self._done} of {len(self.gathered.texts)} documents")

    async def _create(self, text: Text) -> None:
        body = text.marked({PATH: text.key, HASH: text.digest})
        request = Request("POST", self.where, Doc, body=body, written=body)
        try:
            self._made[text.key] = [await self.engine.call(request)]
        except (APIConnectionError, APIError) as failure:
            self._take_failure(text, failure)

    def _take_failure(self, text: Text, failure: APIConnectionError | APIError) -> None:
        __tracebackhide__ = True
        if may_be_there(failure) or may_pass(failure):
            self._failed[text.key] = failure
            if isinstance(failure, ConflictError):
                self._refused[text.key] = text
        elif isinstance(failure, APIError) and failure.status == TOO_LARGE:
            self._leave_out(text, f"too large: {failure.message}")
        else:
            raise failure

    async def _make_way(self, text: Text) -> None:
        """Deal with a document that is in the way of a text, since it has the same title and pieces.

        Raises:
            ConflictError: There is none, so something else was wrong.
        """
        del self._refused[text.key]
        if self._kept(text.key) is not None:
            return
        same = next(filter(text.is_like, self._now.get(text.key, [])), None)
        if same is not None:
            await self._delete(same)  # only the metadata differ
        elif any(map(text.is_like, self._all())):
            self._leave_out(text, "a document has this title and text already")
        else:
            raise self._failed[text.key]

    async def _tidy(self) -> list[Doc]:
        """Delete what is over, and what is gone; return the latter."""
        over = [doc for key in self._wanted for doc in self._over(key)]
        gone = await self.engine.transport.aside(self._gone) if self.prune else []
        await self._each([*over, *gone], self._delete)
        return gone

    def _over(self, key: str) -> list[Doc]:
        """Return what the right document of a text is to replace.

        What another process wrote since this run began is newer than what this one knows.
        """
        kept, docs = self._kept(key), self._now.get(key, [])
        before = {doc.id for doc in self._before.get(key, [])}
        same = self._wanted[key]
        return [
            doc for doc in docs if doc is not kept and (doc.id in before or said(doc, HASH) == same)
        ]

    def _gone(self) -> list[Doc]:
        paths = sorted(self._now.keys() - self.gathered.texts.keys())
        return [doc for path in paths if self.gathered.is_gone(path) for doc in self._now[path]]

    async def _delete(self, doc: Doc) -> None:
        where = path(f"{self.where}/{{doc_id}}", doc_id=doc)
        # A second deletion is refused, on servers of 2024 as a bad request.
        with contextlib.suppress(NotFoundError, BadRequestError):
            await self.engine.call(Request("DELETE", where, ResourceDeleted))

    async def _each(
        self, items: Iterable[T], work: Callable[[T], Coroutine[Any, Any, R]]
    ) -> list[R]:
        """Do something with each, several at a time; the first error ends it."""
        todo, results = deque(items), list[R]()

        async def take() -> None:
            try:
                while (item := _popped(todo)) is not None:
                    results.append(await work(item))
            finally:
                todo.clear()

        try:
            await self.engine.transport.gather([take] * min(self.concurrency, len(todo)))
        finally:
            todo.clear()
        return results

    def _leave_out(self, text: Text, reason: str) -> None:
        del self._wanted[text.key]
        self._skip(self.gathered.texts[text.key], reason)

    def _skip(self, found: Found, reason: str) -> None:
        self.gathered.skipped.append(SkippedText(found.path, reason))

    def _all(self) -> Iterable[Doc]:
        return chain(self._others, *self._now.values())

    def _kept(self, key: str) -> Doc | None:
        """Return the document that is as it should be; of several, the oldest."""
        wanted = self._wanted.get(key)
        docs = [*self._now.get(key, []), *self._made.get(key, [])]
        return next((doc for doc in docs if said(doc, HASH) == wanted), None)

    def _report(self, removed: list[Doc]) -> AddedDocs:
        report = AddedDocs(removed=removed, skipped=sorted(self.gathered.skipped, key=str))
        for key in sorted(self._wanted):
            before = [said(doc, HASH) for doc in self._before.get(key, [])]
            is_same = self._wanted[key] in before
            group = report.unchanged if is_same else report.changed if before else report.added
            if (kept := self._kept(key)) is not None:
                group.append(kept)
        return report


async def adding(engine: Engine, where: str, source: DocSource, options: AddOptions) -> AddedDocs:
    """Add a source to the documents of an owner.

    Raises:
        TypeError: The source or an option is of another type.
        ValueError: An option is out of its range, or does not go with the source.
    """
    __tracebackhide__ = True
    given = checked(AddOptions, options)
    how = cutting(given)
    concurrency = check_count("concurrency", given.get("concurrency", CONCURRENCY))
    find = partial(gather, source, given.get("title"), given.get("glob", ALL_FILES))
    try:
        gathered = await engine.transport.aside(find)
    except (OSError, TypeError, ValueError) as error:
        # It names the file or the argument; where that was noticed says nothing.
        raise error.with_traceback(None)  # noqa: B904 - it is the same error
    progress = Progress(is_wanted=check_flag("progress", given.get("progress", False)))
    if (prune := check_flag("prune", given.get("prune", False))) and not gathered.folders:
        raise ValueError("prune=True deletes what is gone from a folder, and there is none")
    added = await Adding(engine, where, gathered, how, concurrency, prune, progress).run()
    warn_of_unread(added.skipped)
    return added


def _popped(items: deque[T]) -> T | None:
    # Another thread may take the last one at any time.
    try:
        return items.popleft()
    except IndexError:
        return None

"""Many runs of a task at a time.

The executions run on the server. Here they are started and looked at while the next item is waited
for, and at no other time, so that nothing goes on between two items.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Iterable, Mapping
from functools import partial
from operator import length_hint
from typing import Any, Final, cast

from julep._engine import Engine
from julep.errors import APIConnectionError, JulepError
from julep.types._repr import one_line
from julep.types.executions import FINAL_STATUSES, Execution
from julep.types.runs import Done, Run

from .batch_items import Item, failed
from .cancelling import TIDYING, cancel
from .follower import LONGEST_ABSENCE, PAUSE_WHILE_AWAY
from .journal import Journal
from .requests import fetching_task
from .rounds import Round
from .run_options import Pace, RunSetup
from .running import begin
from .starting import Start
from .user_errors import UserError
from .work import work_of

WINDOW: Final = 2
"""How many times `concurrency` inputs are on their way at most, those included that are done and
wait for their turn: more of them keep the server busy behind a slow one, and take memory."""
FIRST_POLL: Final = 0.001
LONGEST_POLL: Final = 0.1
"""Seconds between two checks of whether others are still at their steps: at first, and at most."""

_log = logging.getLogger("julep")


class Batch:
    """Inputs on their way through a task, a few at a time."""

    def __init__(
        self,
        engine: Engine,
        setup: RunSetup,
        inputs: Iterable[Mapping[str, Any]],
        pace: Pace,
        journal: Journal | None,
    ) -> None:
        self._engine = engine
        self._setup = setup
        self._inputs = enumerate(inputs)
        self._pace = pace
        self._journal = journal
        self._items: deque[Item] = deque()
        self._total = length_hint(inputs)
        self._given = 0
        self._given_errors = 0
        self._has_begun = False
        self._is_closed = False

    async def next(self) -> Done[Any] | None:
        """Return what became of the next input, or None at the end.

        Raises:
            Exception: What went wrong with it, if that is to be raised. The others are cancelled.
        """
        __tracebackhide__ = True
        try:
            done = await self._next()
        except GeneratorExit:
            # A coroutine that is closed may not wait for anything.
            self.tell_left()
            raise
        except BaseException:
            await self.close()
            raise
        if done is None:
            await self.close()
        return done

    async def close(self) -> None:
        """Cancel what was started and has not ended."""
        left = self._given_up()
        cancelled: set[Item] = set()
        jobs = [partial(self._cancel, item, cancelled) for item in left]
        await self._engine.transport.gather(jobs, TIDYING, shielded=True)
        _tell(item for item in left if item not in cancelled)

    def tell_left(self) -> None:
        """Where nothing can be awaited, tell what goes on."""
        _tell(self._given_up())

    def _given_up(self) -> list[Item]:
        self._is_closed = True
        self._show_progress()
        self._setup.progress.end()
        left = [item for item in self._items if item.is_sent and item.done is None]
        for item in left:
            item.span.end()
        self._items.clear()
        return left

    async def _cancel(self, item: Item, cancelled: set[Item]) -> None:
        if await self._is_cancelled(item):
            cancelled.add(item)

    async def _is_cancelled(self, item: Item) -> bool:
        if item.running is not None:
            # What can't be cancelled may have ended.
            return await item.running.cancel() or (
                await item.running.state_at_last() in FINAL_STATUSES
            )
        # Its start was under way: if it got to the server, only the token finds it.
        try:
            execution = await item.start.search(self._engine.within(TIDYING))
        except JulepError:
            return False
        return execution is None or await cancel(self._engine, execution.id)

    async def _next(self) -> Done[Any] | None:
        __tracebackhide__ = True
        if self._journal is not None and not self._journal.work:
            self._journal.work = await self._work()
        while True:
            self._fill()
            if (item := self._first_done()) is not None:
                return self._take(item)
            if not self._items:
                return None
            await self._step()

    async def _work(self) -> str:
        """Ask what the task does now: what is known of it may have been done before a change."""
        callbacks = self._setup.callbacks
        functions = [*callbacks.box.functions.values(), callbacks.answer]
        task = await self._engine.call(fetching_task(self._setup.task))
        return work_of(task, filter(None, functions))

    def _take(self, item: Item) -> Done[Any]:
        __tracebackhide__ = True
        self._items.remove(item)
        done = cast("Done[Any]", item.done)
        self._given += 1
        self._given_errors += done.error is not None
        self._setup.progress.clear()
        if done.error is not None and self._pace.raises:
            done.error.add_note(f"inputs[{item.position}]: {one_line(item.input)}")
            raise done.error
        return done

    def __str__(self) -> str:
        ended = [item.done for item in self._items if item.done is not None]
        errors = self._given_errors + sum(done.error is not None for done in ended)
        of = f" of {self._total}" if self._total else ""
        failed = f" ({errors} failed)" if errors else ""
        running = len(self._items) - len(ended)
        return f"{self._given + len(ended)}{of} done{failed}, {running} running"

    def _show_progress(self) -> None:
        self._setup.progress.show(str(self))

    def _fill(self) -> None:
        """Take in as many inputs as may be on their way."""
        active, most = sum(item.done is None for item in self._items), self._pace.concurrency
        while active < most and len(self._items) < most * WINDOW:
            if (item := self._new_item()) is None:
                return
            self._items.append(item)
            active += item.done is None

    def _new_item(self) -> Item | None:
        if self._is_closed or (following := next(self._inputs, None)) is None:
            return None
        position, input = following
        item = Item(input, Start(self._setup.task, input, self._setup.metadata), position)
        try:
            self._prepare(item)
        except Exception as error:  # noqa: BLE001 - told with the item
            item.done = failed(input, error)
        return item

    def _prepare(self, item: Item) -> None:
        """Find out whether it is done already."""
        if not isinstance(cast("object", item.input), Mapping):
            kind = type(item.input).__name__
            raise TypeError(
                f"inputs[{item.position}] must be a mapping, such as a dict, not {kind}"
            )
        if self._journal is not None:
            item.key = self._journal.key(item.position, item.input)
            if (execution := self._journal.get(item.key)) is not None:
                item.done = Done(item.input, self._known(execution))

    def _known(self, execution: Execution) -> Run[Any]:
        """Make the run that the journal has."""
        return Run(execution, self._setup.parsed(execution), [], 0.0)

    def _first_done(self) -> Item | None:
        candidates = list(self._items)[:1] if self._pace.ordered else self._items
        return next((item for item in candidates if item.done is not None), None)

    async def _step(self) -> None:
        """Let time pass until something is worth a step, and make all that are."""
        box = self._setup.callbacks.box
        await box.list_tools(self._engine.transport, self._setup.seconds)
        active = [item for item in self._items if item.done is None]
        earliest = min(item.due for item in active)
        if (pause := earliest - time.monotonic()) > 0:
            await self._engine.sleep(pause)
        due = [item for item in active if item.is_due]
        if self._setup.callbacks.may_take_long:
            together = Round(due)
            jobs = [partial(self._attend, item, together) for item in active]
        else:
            jobs = [partial(self._advance, item) for item in due]
        await self._engine.transport.gather(jobs)
        self._show_progress()

    async def _attend(self, item: Item, together: Round[Item]) -> None:
        """Take the steps of an input as long as others are at theirs, which may take long."""
        pause = FIRST_POLL
        while item.done is None and not self._is_closed:
            if item.is_due and together.join(item):
                await self._advance(item)
                together.leave(item)
            if together.is_over():
                return
            await self._engine.sleep(pause)
            pause = min(pause * 2, LONGEST_POLL)

    async def _advance(self, item: Item) -> None:
        """Start an input's execution, or look at it."""
        __tracebackhide__ = True
        if not item.is_sent:
            item.span = self._setup.span()
        try:
            with item.span.current():
                await self._step_of(item)
        except UserError as raised:
            item.end(failed(item.input, await item.noted_after_look(raised.error)))
        except Exception as error:  # noqa: BLE001 - told with the item
            item.end(failed(item.input, await item.noted_after_look(error)))

    async def _step_of(self, item: Item) -> None:
        __tracebackhide__ = True
        if item.running is None:
            await self._begin(item)
        elif (execution := await item.running.step()) is not None:
            self._finish(item, item.running.result(execution))
        item.due = time.monotonic() + (item.running.pause if item.running else 0)

    async def _begin(self, item: Item) -> None:
        # A server that was there may be away for a while. And on a thread of its own this may come
        # after the batch was given up.
        away_since = time.monotonic()
        while not self._is_closed:
            item.is_sent = True
            try:
                item.running = await begin(self._engine, item.start, self._setup, item.span)
            except APIConnectionError as failure:
                is_over = time.monotonic() - away_since > LONGEST_ABSENCE
                if failure.delivered or is_over or not self._has_begun:
                    raise
                await self._engine.sleep(PAUSE_WHILE_AWAY)
            else:
                self._has_begun = True
                return

    def _finish(self, item: Item, run: Run[Any]) -> None:
        if self._journal is not None and item.key is not None:
            self._journal.add(item.key, run.execution)
        item.end(Done(item.input, run))


def _tell(items: Iterable[Item]) -> None:
    if ids := ", ".join(item.shown_id for item in items):
        _log.warning("these executions go on, and are not followed any more: %s", ids)

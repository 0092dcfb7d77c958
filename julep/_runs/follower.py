"""An execution, followed to its end.

It is fetched again and again. Each look returns at once and never waits for news, so that nothing
goes on between two looks.
"""

from __future__ import annotations

import logging
import time
from contextlib import suppress
from typing import Any, Final

from julep._checks import check_timeout
from julep._engine import Engine
from julep._pages import ListOptions
from julep._paths import Id, id_of
from julep._retry import may_pass
from julep.errors import (
    APIConnectionError,
    APIError,
    ExecutionAwaitsInput,
    ExecutionCancelled,
    ExecutionError,
    ExecutionTimeout,
    JulepError,
    UnexpectedResponse,
)
from julep.types.executions import FINAL_STATUSES, Execution, Transition, TransitionType

from .asked_calls import asked_functions, lacks_functions
from .failed_steps import failure
from .requests import fetching, transitions_of
from .status_watch import StatusWatch
from .user_errors import UserError

FIRST_PAUSE: Final = 0.02
LONGEST_PAUSE: Final = 5.0
GROWTH: Final = 1.5
"""Seconds between two looks: after news, and at most; and by what they grow. An end is noticed later
by at most half of the time that has passed since the last news."""
RESUME_TAKES: Final = 0.3
"""Seconds for which self-hosted servers may go on showing a wait that was answered. Those of June 2025 took
0.05 to 0.2 (see SERVERS.md)."""
LAST_LOOK: Final = 0.5
"""Seconds that a look has at least, so that an end is seen that comes together with the limit."""
LONGEST_ABSENCE: Final = 60.0
"""Seconds for which a server may be away: restarting one takes less."""
LONGEST_SEARCH: Final = 2.0
"""Seconds for which nobody may be there at first: then the address is more likely wrong than a server away."""
PAUSE_WHILE_AWAY: Final = 0.25
"""Seconds between two looks while nobody answers, so that a server that starts isn't flooded."""
RECENT: Final = 20
"""How many of the newest transitions are looked through for a wait or an error: parallel branches may
have added others behind it."""

_log = logging.getLogger("julep")


class Follower:
    """Follows one execution.

    Attributes:
        execution: The execution as it was last seen; None before the first look.
        transitions: What it did, oldest first, as far as that was asked for.
    """

    def __init__(
        self,
        engine: Engine,
        execution_id: Id,
        timeout: float | None,
        *,
        began: float | None = None,
    ) -> None:
        began = time.monotonic() if began is None else began
        self.execution: Execution | None = None
        self.transitions: list[Transition] = []
        self._id = id_of("execution_id", execution_id)
        self._engine = engine
        self._timeout = check_timeout(timeout)
        self._until = None if self._timeout is None else began + self._timeout
        self._pause = FIRST_PAUSE
        # A stream may be late, and does not tell what came between two states that are alike.
        self._only_looks = False
        self._watch = StatusWatch(engine, self._id)
        self._is_settled = False
        self._away_since: float | None = None

    async def follow(self, *, until_input: bool = False) -> Execution:
        """Look until it has succeeded, or waits where that is enough.

        Raises:
            ExecutionError: It did not succeed, not in time, or waits for input.
            JulepError: The server refused, or was away for too long.
        """
        __tracebackhide__ = True
        try:
            while not (found := await self.step(until_input=until_input)):
                self.show_progress()
                await self._wait_for_news()
        except UserError as raised:
            raise (await self.noted_after_look(raised.error)) from None
        except Exception as error:
            await self.noted_after_look(error)
            raise
        except BaseException as interruption:
            if isinstance(interruption, GeneratorExit):
                # A coroutine that is closed can't wait for the end of the connection.
                self._watch.abandon()
            await self._interrupted(interruption)
            raise
        finally:
            await self._watch.close()
        return found

    async def _wait_for_news(self) -> None:
        """Let time pass until a look is worth it."""
        began = time.monotonic()
        if self._listens and await self._watch.wait(self._seen, self._left):
            # Where a look does not show what was told, only looks count until it does.
            self._only_looks = True
            return
        if (left := self.pause - (time.monotonic() - began)) > 0:
            await self._engine.sleep(left)

    @property
    def _listens(self) -> bool:
        """Whether to wait for the server's stream of statuses, rather than for some time to pass."""
        return self._watch.is_of_use and not (self._only_looks or self._away_since)

    async def step(self, *, until_input: bool = False) -> Execution | None:
        """Look; give the execution if there is nothing more to wait for.

        Raises:
            ExecutionTimeout: There is no time left.
        """
        __tracebackhide__ = True
        found = await self._look_patiently(until_input=until_input)
        if found is None and self._left == 0:
            raise await self._timed_out()
        return found

    @property
    def pause(self) -> float:
        """Seconds until the next step is worth it."""
        left = self._left
        return self._pause if left is None else min(self._pause, left)

    async def _look_patiently(self, *, until_input: bool) -> Execution | None:
        """Look, and put up with a server that is away for a while."""
        __tracebackhide__ = True
        try:
            await self._look()
            found = await self._result(until_input=until_input)
        except (APIConnectionError, APIError) as failure:
            if not may_pass(failure):
                raise
            now = time.monotonic()
            self._away_since = self._away_since or now
            is_too_long = now - self._away_since >= self._longest_absence(failure)
            if is_too_long or (self._left == 0 and self.execution is None):
                raise
            self._pause = min(max(self._pause, PAUSE_WHILE_AWAY) * GROWTH, LONGEST_PAUSE)
            _log.debug("execution %s: %s", self._id, failure)
            return None
        self._away_since = None
        return found

    def _longest_absence(self, failure: Exception) -> float:
        was_reached = self.execution is not None or getattr(failure, "delivered", True)
        return LONGEST_ABSENCE if was_reached else LONGEST_SEARCH

    async def noted_after_look(self, error: Exception) -> Exception:
        """Note with an error which execution it left, after a look at how that is now."""
        if self.execution is not None and not isinstance(error, JulepError):
            # It may have ended while a function of the user's was at work.
            with suppress(JulepError):
                await self._look(self._engine.within(LAST_LOOK))
        return self.noted(error)

    def noted(self, error: Exception) -> Exception:
        """Note with an error which execution it left, where it does not say so itself."""
        now = self.execution
        if now is None or isinstance(error, ExecutionError) or now.status in FINAL_STATUSES:
            return error
        waits = now.status == "awaiting_input"
        how = "still waits: executions.resume answers it" if waits else "goes on"
        error.add_note(f"execution {self._id} {how}; executions.wait follows it")
        return error

    async def _result(self, *, until_input: bool) -> Execution | None:
        """Return the execution, if there is nothing more to wait for."""
        __tracebackhide__ = True
        now = self._seen
        if now.status == "succeeded":
            return now
        if now.status == "cancelled":
            raise ExecutionCancelled(execution=now)
        if now.status == "failed":
            with suppress(UnexpectedResponse):
                # It has failed, even where the reason can't be read.
                await self._catch_up()
            raise failure(now, self._newest("error"))
        if now.status != "awaiting_input" or not self._has_settled():
            return None
        if until_input:
            return now
        await self._catch_up()
        wait = self._newest("wait")
        raise _unanswered(now, wait.output if wait else None)

    def _has_settled(self) -> bool:
        """Tell whether a wait is open, and not answered a moment before the first look."""
        was_settled, self._is_settled = self._is_settled, True
        if not was_settled:
            self._pause, self._only_looks = RESUME_TAKES, True
        return was_settled or self._left == 0

    async def _look(self, engine: Engine | None = None) -> None:
        __tracebackhide__ = True
        before = self.execution
        self.execution = now = await (engine or self._budgeted).call(fetching(self._id))
        if before is None or _state(before) != _state(now):
            self._pause, self._only_looks = FIRST_PAUSE, False
        else:
            self._pause = min(self._pause * GROWTH, LONGEST_PAUSE)
        self._is_settled = self._is_settled or now.status != "awaiting_input"

    async def _timed_out(self) -> ExecutionTimeout:
        message = f"it did not end within {self._timeout:g} s, and goes on"
        return ExecutionTimeout(message, execution=self._seen)

    def show_progress(self) -> None:
        """Tell how far it is, where somebody wants to know."""

    async def _interrupted(self, interruption: BaseException) -> None:
        """Tell what becomes of it when Ctrl-C or a cancellation ends the waiting."""
        kind = type(interruption).__name__
        _log.warning("execution %s goes on, and is not followed any more: %s", self._id, kind)

    async def _catch_up(self) -> None:
        """Find out what it did last."""
        recent = await self._listed(ListOptions(limit=RECENT, direction="desc"))
        self.transitions = recent[::-1]

    async def _listed(self, options: ListOptions) -> list[Transition]:
        return await transitions_of(self._budgeted, self._id, options)

    def _newest(self, type: TransitionType) -> Transition | None:
        return next((one for one in reversed(self.transitions) if one.type == type), None)

    @property
    def _seen(self) -> Execution:
        if self.execution is None:
            raise AssertionError("it has not been fetched yet")
        return self.execution

    @property
    def _left(self) -> float | None:
        return None if self._until is None else max(0.0, self._until - time.monotonic())

    @property
    def _budgeted(self) -> Engine:
        left = self._left
        return self._engine if left is None else self._engine.within(max(left, LAST_LOOK))


def _unanswered(now: Execution, question: Any) -> ExecutionAwaitsInput:
    names = asked_functions(question)
    way = f"pass tools=[{', '.join(names)}] to tasks.follow, or give the result with executions.resume"
    message = f"{lacks_functions(names)}: {way}" if names else None
    return ExecutionAwaitsInput(message, execution=now, question=question)


def _state(execution: Execution) -> tuple[object, ...]:
    return execution.status, execution.transition_count, execution.updated_at

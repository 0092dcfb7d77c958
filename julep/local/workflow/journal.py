"""An execution's log in memory: read once, then written through."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar, cast

from attrs import evolve

from julep.local.sandbox.budget import LimitExceeded
from julep.local.sandbox.values import weigh
from julep.types._json import JsonObject
from julep.types.executions import KnownTransitionType

from .ports import (
    Answer,
    Effects,
    Execution,
    Log,
    Target,
    Transition,
)
from .position import ExecutionOver, StepError
from .scope import Scope
from .status import view_after

T = TypeVar("T")
END_KEY = "end"
MAX_WEIGHT = 64_000_000
"""What the values of one execution may take, in bytes; eight outputs of the greatest size."""
_FREE = 2_000  # of each value: small ones are bounded by the number of transitions


class Journal:
    """Transitions and notes of one execution, by key.

    Attributes:
        weight: About how many bytes its values take in memory.
    """

    def __init__(
        self,
        execution: Execution,
        log: Log,
        effects: Effects,
        max_transitions: int,
        max_weight: Callable[[int], int],
    ) -> None:
        """Read the log; `max_weight` says what may be held by a journal that wants that much."""
        self._max_transitions = max_transitions
        self._max_weight = max_weight
        self._execution_id = execution.id
        self._log = log
        self._effects = effects
        self._transitions: dict[str, Transition] = {}
        self._scopes: defaultdict[str, Scope] = defaultdict(Scope)
        self._open_waits: dict[str, Transition] = {}
        self.oldest: Transition | None = None
        self.newest: Transition | None = None
        self.notes: JsonObject = dict(log.notes(execution.id))
        self.weight: int = sum(map(_weight, self.notes.values()))
        for transition in log.transitions(execution.id):
            self._apply(transition)

    def get(self, key: str) -> Transition | None:
        """Return the transition with that key, if it is written."""
        return self._transitions.get(key)

    def scope(self, scope_id: str) -> Scope:
        """Return what the run of a workflow with that scope has done so far."""
        return self._scopes[scope_id]

    def open_waits(self) -> list[Transition]:
        """Return the waits without an answer, oldest first."""
        return list(self._open_waits.values())

    def write(
        self,
        key: str,
        type: KnownTransitionType,
        *,
        current: Target,
        next: Target | None,
        output: object,
        metadata: Mapping[str, object] | None = None,
        step_label: str | None = None,
        id: str | None = None,
    ) -> Transition:
        """Write a transition, unless it is written already, and return it.

        Raises:
            ExecutionOver: The log takes no more transitions of this execution.
            StepError: There are too many, from a recursion that branches without end, or they
                hold too much.
        """
        if key in self._transitions:
            return self._transitions[key]
        if len(self._transitions) >= self._max_transitions and key != END_KEY:
            raise StepError(f"The execution has more than {self._max_transitions} transitions")
        # What was sent is there already; the first step fails if it is too much.
        if key != END_KEY and type != "init":
            self._check_room(output)
        transition = Transition(
            id=id or self._effects.new_id(),
            execution_id=self._execution_id,
            key=key,
            type=type,
            current=current,
            next=next,
            output=output,
            metadata=metadata or {},
            step_label=step_label,
            created_at=self._effects.now(),
        )
        waiting = type == "wait" or bool(self._open_waits)
        if not self._log.append(transition, view_after(transition, waiting=waiting)):
            raise ExecutionOver
        self._apply(transition)
        return transition

    def _check_room(self, value: object) -> None:
        wanted = self.weight + _weight(value)
        if wanted > (most := self._max_weight(wanted)):
            raise StepError(
                f"The execution's history is too big: its values take more than the {most:,} bytes "
                "that it may hold now; give less on from step to step, or run fewer at a time"
            )

    def _apply(self, transition: Transition) -> None:
        self.weight += _weight(transition.output)
        self._transitions[transition.key] = self.newest = transition
        self.oldest = self.oldest or transition
        self._scopes[transition.current.scope_id].apply(transition)
        if transition.type == "wait" and transition.answer is None:
            self._open_waits[transition.id] = transition

    def answer_to(self, wait: Transition) -> Answer | None:
        """Return what a wait was answered with, if it was."""
        return self._transitions[wait.key].answer

    def store_answer(self, wait: Transition, input: object) -> bool:
        """Keep a wait's answer; False when the log has one already, or the execution is over."""
        newest = self.newest
        if newest is None or wait.id not in self._open_waits:
            return False
        answer = Answer(input=input)
        view = view_after(newest, waiting=len(self._open_waits) > 1)
        if not self._log.answer(self._execution_id, wait.id, answer, view):
            return False
        del self._open_waits[wait.id]
        self._transitions[wait.key] = evolve(wait, answer=answer)
        return True

    def note(self, key: str, value: object) -> object:
        """Keep a private value, unless one is kept under that key already; return the kept one.

        Raises:
            StepError: The execution's values take too much.
        """
        if key not in self.notes:
            self._check_room(value)
            self._log.note(self._execution_id, key, value)
            self.notes[key] = value
            self.weight += _weight(value)
        return self.notes[key]

    async def once(self, key: str, make: Callable[[], Awaitable[T]]) -> T:
        """Return what `make` gave the first time, in this process or an earlier one."""
        # A note is JSON, as is what `make` gives.
        kept = self.notes[key] if key in self.notes else self.note(key, await make())
        return cast("T", kept)


def _weight(value: object) -> int:
    try:
        return max(weigh(value, most=MAX_WEIGHT) - _FREE, 0)
    except LimitExceeded:
        return MAX_WEIGHT + 1

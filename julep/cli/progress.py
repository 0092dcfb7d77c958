"""How far an execution is, told on stderr: a line for each step, and in a terminal what it is at."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Final, Self

from .plain_text import in_a_line
from .transition_lines import STYLES, output_of, told

if TYPE_CHECKING:
    from rich.status import Status

    from julep.types import Transition

_LONGEST: Final = 100
"""Characters of an output."""
_TOLD: Final = {"step", "finish", "finish_branch", "wait", "error", "cancelled"}
"""The transitions that say something which the others don't."""


class StepLines:
    """Tells of each transition of an execution.

    Attributes:
        execution_id: Which execution, once it has done something.
    """

    def __init__(self, *, is_quiet: bool) -> None:
        from rich.console import Console

        self.execution_id: str | None = None
        self._is_quiet = is_quiet
        self._stack = ExitStack()
        self._spinner: Status | None = None
        self._console = Console(
            stderr=True,
            # Whatever FORCE_COLOR says: what goes into a pipe has no control codes.
            force_terminal=sys.stderr.isatty(),
            markup=False,
            highlight=False,
            emoji=False,
        )

    def __enter__(self) -> Self:
        if sys.stderr.isatty() and not self._is_quiet:
            self._spinner = self._stack.enter_context(self._console.status("starting"))
        return self

    def __exit__(self, *exc: object) -> None:
        self._stack.close()

    def __call__(self, transition: Transition) -> None:
        """Tell of a transition."""
        from rich.text import Text

        if self.execution_id is None and transition.execution_id:
            self.execution_id = transition.execution_id
            self._write(f"execution {self.execution_id}", "dim")
        if self._spinner and (at := transition.next):
            self._spinner.update(Text(in_a_line(f"step {at.step} of {at.workflow}")))
        if transition.type in _TOLD:
            line = f"{told(transition)}  {output_of(transition, _LONGEST)}"
            self._write(line.rstrip(), STYLES.get(transition.type, ""))

    def _write(self, line: str, style: str) -> None:
        from rich.text import Text

        if not self._is_quiet:
            self._console.print(Text(in_a_line(line), style), soft_wrap=True)

    @contextmanager
    def paused(self) -> Generator[None]:
        """Leave the terminal to somebody who types."""
        if self._spinner:
            self._spinner.stop()
        yield
        if self._spinner:
            self._spinner.start()

"""What is to go wrong with requests to a server."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal, NamedTuple

from .checks import check, check_number

Drop = Literal["before", "after"]


class Fault(NamedTuple):
    """Something that goes wrong with requests of a method and path."""

    method: str
    path: str
    status: int | None
    headers: Mapping[str, str]
    drop: Drop | None
    cut_after: int | None
    delay: float

    @property
    def cuts(self) -> bool:
        """Whether it lets requests be handled, and cuts the answer."""
        return self.cut_after is not None and self.status is None and self.drop is None


@dataclass
class _Planned:
    fault: Fault
    times: int
    happened: int = 0


class Faults:
    """Faults that happen, in order, to the requests that they are meant for."""

    def __init__(self) -> None:
        self._plan: list[_Planned] = []

    def add(
        self,
        *,
        method: str = "*",
        path: str = "*",
        times: int = 1,
        status: int | None = None,
        headers: Mapping[str, str] | None = None,
        drop: Drop | None = None,
        cut_after: int | None = None,
        delay: float = 0,
    ) -> None:
        """Let something go wrong with the next requests.

        Args:
            method: Which requests: `GET`, `POST` …, or `*` for all.
            path: Which requests: a pattern as of file names, such as `/sessions/*/chat`.
            times: How many requests it happens to.
            status: They are answered with this HTTP status and not handled.
            headers: Of that answer, such as `Retry-After`.
            drop: The connection is closed `before` they are handled, or `after`, without answer.
            cut_after: Their streamed answers break off after so many events. It waits for an answer that
                has more of them.
            delay: Seconds before anything else happens.

        Raises:
            TypeError: An argument is of another type.
            ValueError: Nothing would go wrong, or a value is out of its range.
        """
        if status is None and drop is None and cut_after is None and not delay:
            raise ValueError("give a status, drop, cut_after or delay")
        check("method", method, str, "a text")
        check("path", path, str, "a text")
        check("headers", headers, Mapping | None, "a mapping of names and texts")
        check_number("times", times, int, 1)
        check_number("status", status, int | None, 200, 599)
        check_number("cut_after", cut_after, int | None, 0)
        check_number("delay", delay, int | float, 0)
        if drop not in {None, "before", "after"}:
            raise ValueError("drop must be 'before' or 'after'")
        fault = Fault(method.upper(), path, status, headers or {}, drop, cut_after, delay)
        self._plan.append(_Planned(fault, times))

    def clear(self) -> None:
        """Forget the faults that didn't happen."""
        self._plan.clear()

    def take(self, method: str, path: str) -> Fault | None:
        """Return the next fault that is meant for such a request, or None.

        It has happened then, unless it cuts the answer: only the answer shows whether it does.
        """
        for planned in self._plan:
            fault, is_left = planned.fault, planned.happened < planned.times
            if is_left and fault.method in {"*", method} and fnmatchcase(path, fault.path):
                if not fault.cuts:
                    self._happen(planned)
                return fault
        return None

    def cut(self, fault: Fault) -> bool:
        """Let a fault cut an answer, unless it has happened to others as often as it should."""
        planned = next((one for one in self._plan if one.fault is fault), None)
        if planned is not None:
            self._happen(planned)
        return planned is not None

    def _happen(self, planned: _Planned) -> None:
        planned.happened += 1
        if planned.happened == planned.times:
            # Each request looks through all that are left.
            self._plan.remove(planned)

    def unused(self) -> Iterator[str]:
        """Return the faults that never happened, in words."""
        for planned in self._plan:
            if not planned.happened:
                yield f"the fault for {planned.fault.method} {planned.fault.path}"

    def __len__(self) -> int:
        return sum(planned.times - planned.happened for planned in self._plan)

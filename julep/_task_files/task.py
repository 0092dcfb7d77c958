"""A task that came from a file or a text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from julep._server_errors.faults import UNIMPORTANT, Fault, read_fault, that_matter
from julep._tools.toolbox import OfferedTool, described
from julep.errors import APIError
from julep.types._json import is_array
from julep.types._plain import to_plain

from .document import Document, Path, Place, written
from .problems import Problem, Severity
from .server_checks import checks

if TYPE_CHECKING:
    from julep.local.workflow import Issue

_SCHEMA: Final = "Invalid input schema"


class LoadedTask(Mapping[str, Any]):
    """A task as a mapping, which knows where in its file each value stands.

    `tasks.create(agent, task)` creates it, and so does `tasks.create(agent, **task)`.

    Attributes:
        file: The file that it came from, as it was named; None for a text.
    """

    def __init__(self, document: Document, file: str | None, notes: Sequence[Problem] = ()) -> None:
        self.file = file
        self._document = document
        self._notes = notes

    def __getitem__(self, key: str) -> Any:
        return self._document.value[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._document.value)

    def __len__(self) -> int:
        return len(self._document.value)

    def __repr__(self) -> str:
        name = self.get("name")
        return f"<LoadedTask {name!r} of {self.file or 'a text'}: {', '.join(self)}>"

    def check(self, *, strict: bool = True, tools: Iterable[OfferedTool] = ()) -> list[Problem]:
        """Find all that is wrong with the task, without a server.

        These are the embedded server's own checks. Problems with the severity `error` make it, and
        self-hosted servers of 2025, refuse the task. A `warning` is what servers take, and is probably not
        meant: a key that nobody reads, text that looks like an expression, a secret in the file.

        Args:
            strict: Whether to tell, too, what only self-hosted servers refuse or are sure to fail on.
            tools: Functions and tools that are passed beside the task to `tasks.create`.

        Returns:
            The problems, in the order of the file.

        Raises:
            ImportError: The extra `julep-sdk[local]` is not installed.
            TypeError: A function can't be a tool.
            ValueError: Two tools have the same name.
        """
        issues = checks()(self._with_tools(tools), strict=strict)
        problems = [self._of_issue(issue) for issue in issues if issue.type not in UNIMPORTANT]
        return sorted([*self._notes, *problems], key=lambda each: (each.line, each.column))

    def _with_tools(self, tools: Iterable[OfferedTool]) -> dict[str, Any]:
        own: object = self.get("tools") or []
        further = to_plain(described(tools), "tools", nulls=False)
        if not (further and is_array(own)):
            return dict(self)
        return {**self, "tools": [*own, *further]}

    def _of_issue(self, issue: Issue) -> Problem:
        path = self._document.path(issue.location)
        is_key = issue.type == "unknown_key" and path in self._document.keys
        return problem_at(
            self._document.keys[path] if is_key else self._document.place(path),
            self.file,
            issue.location,
            issue.message.removeprefix(f"{issue.location} "),
            hint=issue.hint,
            severity=issue.severity,
        )

    def with_places(self, error: APIError) -> APIError:
        """Return an error of a server that says of everything wrong where in the file it is.

        Each of the `details` has `file`, `line` and `column` besides.
        """
        for detail in error.details:
            if self._has(location := str(detail["loc"])):
                place = self._place(location)
                detail |= {"file": self.file, "line": place.line, "column": place.column}
        faults = [*that_matter(map(read_fault, error.details))]
        if not faults and error.message.startswith(_SCHEMA):
            faults = [Fault(("input_schema",), error.message)]
        if told := dict.fromkeys(map(self._told, faults)):
            error.message = "; ".join(told)
        return error

    def _told(self, fault: Fault) -> str:
        location = ".".join(fault.place)
        if not self._has(location):
            return str(fault)
        return str(self.problem(location, fault.text, is_warning=fault.is_warning))

    def _has(self, location: str) -> bool:
        """Tell whether a location is one of the task, even if of a field that it lacks."""
        is_field = "." not in location
        return is_field or bool(self._document.path(location))

    def _place(self, location: str) -> Place:
        return self._document.place(self._document.path(location))

    def where(self, location: str, text: str | None) -> str | None:
        """Tell where a step, or a text in it, is in the file; None if one of them isn't there.

        Args:
            location: The step, in the words of a server.
            text: A text in it.
        """
        step = self._document.path(location)
        path = step if text is None else self._document.place_of(text, step)
        if not path:
            return None
        place = self._document.place(path)
        return problem_at(place, self.file, written(path[len(step) :], location), "").where

    def problem(self, location: str, message: str, *, is_warning: bool = False) -> Problem:
        """Return a problem at a location in the words of a server."""
        severity: Severity = "warning" if is_warning else "error"
        return problem_at(self._place(location), self.file, location, message, severity=severity)


def problem_at(
    place: Place,
    file: str | None,
    path: str | Path,
    message: str,
    *,
    hint: str | None = None,
    severity: Severity = "error",
) -> Problem:
    """Return a problem at a place."""
    return Problem(
        file=file,
        line=place.line,
        column=place.column,
        path=path if isinstance(path, str) else written(path),
        message=message,
        hint=hint,
        severity=severity,
    )

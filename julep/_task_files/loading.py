"""From a path or a text to a task."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from os import PathLike, fspath
from pathlib import Path as FilePath
from typing import Any, TypeAlias, cast

from julep._tools.toolbox import described
from julep._warning import warn
from julep.errors import TaskFileError
from julep.types._json import is_object
from julep.types._plain import to_plain

from .credentials import HINT, credentials
from .document import Document, Path, Unreadable
from .json_text import read_json
from .problems import Problem
from .task import LoadedTask, problem_at
from .variables import Variables

Source: TypeAlias = str | PathLike[str]
"""A path, or as `str` with a line break in it the text itself."""


def load_task(
    source: Source | Mapping[str, Any], *, variables: Mapping[str, Any] | None = None
) -> LoadedTask:
    """Read a task from a file, or from the text of one, in YAML or JSON; or take one that is a dict.

    In values, and nowhere else, `${name}` stands for one of the `variables` and `${env:NAME}` for a
    variable of the environment; `$${` is a literal `${`. A variable that is all of a value keeps its
    type, else it becomes text. A text that looks like a key or a password brings a warning.

    YAML needs the extra `julep-sdk[yaml]`; JSON, which files that end in `.json` hold, needs none.

    Args:
        source: A path, or a `str` without a line break for one; a `str` with a line break is the
            text itself. A mapping is the task, whose problems have no lines of their own.
        variables: Values by name, such as JSON can carry.

    Returns:
        The task, a mapping. Its `check` says what is wrong with it.

    Raises:
        TaskFileError: It is not YAML, JSON or a mapping, or a variable has no value (a ValueError).
        OSError: The file can't be read.
        TypeError: `source` is none of these, or a value can't be sent as JSON.
        ImportError: It is YAML, and the extra is not installed.
    """
    __tracebackhide__ = True
    document, file = _opened(source)
    secrets = [*credentials(document.value)]
    _fill(document, {} if variables is None else variables, file)
    notes = [*_notes(document, secrets, file)]
    for note in notes[: len(secrets)]:
        warn(str(note))
    return LoadedTask(document, file, notes)


def _opened(source: Source | Mapping[str, Any]) -> tuple[Document, str | None]:
    """Return a task as it is written, and its file if it is in one."""
    __tracebackhide__ = True
    if isinstance(source, Mapping):
        return Document(_written(source)), None
    if not isinstance(source, str | PathLike):
        kind = type(source).__name__
        raise TypeError(f"a task is read from a path or a text, or is a dict, not {kind}")
    file = None if is_text(source) else fspath(source)
    text = str(source) if file is None else _contents(file)
    return _parsed(text.removeprefix("\ufeff"), file), file


def _written(task: Mapping[str, Any]) -> Any:
    """Return a task that is a mapping as it would stand in a file, with its functions described."""
    __tracebackhide__ = True
    given = dict(task)
    tools: object = given.get("tools")
    if isinstance(tools, list | tuple):
        each = cast("Sequence[Any]", tools)
        given["tools"] = [described([one])[0] if callable(one) else one for one in each]
    return to_plain(given, "task", nulls=False)


def is_text(source: Source) -> bool:
    """Whether it is the text itself, and not a path."""
    return isinstance(source, str) and ("\n" in source or "\r" in source)


def _contents(file: str) -> str:
    __tracebackhide__ = True
    try:
        content = FilePath(file).read_bytes()
    except FileNotFoundError as error:
        if file.lstrip().startswith("{"):
            error.add_note("a str is taken for a text, and not for a path, if it has a line break")
        raise error.with_traceback(None)  # noqa: B904 - it is the same error, which names the file
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise _refused([(Unreadable(f"it is not UTF-8: {error.reason}"), ())], file) from None


def _parsed(text: str, file: str | None) -> Document:
    try:
        document = _read(text, FilePath(file or "").suffix.lower())
    except Unreadable as error:
        raise _refused([(error, ())], file) from None
    if not is_object(document.value):
        wrong = Unreadable("a task is a mapping with the keys name, main and so on")
        raise _refused([(wrong, ())], file)
    return document


def _read(text: str, suffix: str) -> Document:
    if suffix == ".json":
        return read_json(text)
    if suffix in {".yaml", ".yml"} or not text.lstrip().startswith("{"):
        return _read_yaml(text)
    try:
        return read_json(text)
    except Unreadable as error:
        # YAML may begin with a brace, too.
        try:
            return _read_yaml(text)
        except (Unreadable, ImportError):
            raise error from None


def _read_yaml(text: str) -> Document:
    try:
        module = import_module(f"{__package__}.yaml_text")
    except ImportError as error:
        raise ImportError(
            "A task in YAML needs the extra julep-sdk[yaml]: pip install 'julep-sdk[yaml]'"
        ) from error
    document: Document = module.read_yaml(text)
    return document


def _fill(document: Document, variables: Mapping[str, Any], file: str | None) -> None:
    missing: list[tuple[Unreadable, Path]] = []

    def report(path: Path, message: str, hint: str) -> None:
        missing.append((Unreadable(f"{message}: {hint}", document.place(path)), path))

    Variables(variables, report).fill(document)
    if missing:
        raise _refused(missing, file)


def _refused(found: Iterable[tuple[Unreadable, Path]], file: str | None) -> TaskFileError:
    problems = [problem_at(error.place, file, path, str(error)) for error, path in found]
    return TaskFileError("; ".join(map(str, problems)), problems=problems)


def _notes(document: Document, secrets: Iterable[Path], file: str | None) -> Iterator[Problem]:
    for path in secrets:
        message = "this looks like a secret, which all who see the task can read"
        yield problem_at(document.place(path), file, path, message, hint=HINT, severity="warning")
    for path, place in document.repeated:
        message = "this key is there twice, and only the last one counts"
        yield problem_at(place, file, path, message, severity="warning")

"""Arguments and options that name things and kinds: what is refused, and what shells complete."""

from __future__ import annotations

import shlex
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, TypedDict

import click
from click.shell_completion import CompletionItem

from julep.errors import JulepError

from .agent_names import is_id
from .failures import meant
from .kinds import KINDS
from .options import connect
from .plain_text import in_a_line

_PATIENCE: Final = 3.0
"""Seconds that each request may take: somebody has pressed a key, and waits."""
_MOST: Final = 20
"""How many things a shell is given, of each kind."""
_ASKED: Final = ("agent", "execution", "task", "session", "user")
"""The kinds that are looked through where any id fits."""

Complete = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


class Checked(TypedDict, total=False):
    """Keywords of an argument or an option: what checks it, and what completes it."""

    callback: Callable[[click.Context, click.Parameter, str | None], str | None]
    shell_complete: Complete


def id_of(kind: str, *, status: str | None = None) -> Checked:
    """Take the id of a thing of a kind; shells offer those of a status."""

    def callback(
        _context: click.Context, _option: click.Parameter, given: str | None
    ) -> str | None:
        if given is not None and not is_id(given):
            lists = f"`julep ls {KINDS[kind].plural}` lists those of {KINDS[kind].plural}"
            raise click.BadParameter(f"{given!r} is no id; {lists}")
        return given

    return Checked(callback=callback, shell_complete=_completed(lambda _: [kind], status))


def kind_of(kinds: Iterable[str]) -> Checked:
    """Take one of the words for kinds."""
    known = list(kinds)

    def callback(
        _context: click.Context, _option: click.Parameter, given: str | None
    ) -> str | None:
        if given is not None and given not in known:
            raise click.BadParameter(f"{given!r} is no kind; {meant(given, known)}")
        return given

    def complete(
        _context: click.Context, _option: click.Parameter, begun: str
    ) -> list[CompletionItem]:
        return [CompletionItem(word) for word in known if word.startswith(begun)]

    return Checked(callback=callback, shell_complete=complete)


def _completed(
    kinds: Callable[[click.Context], Iterable[str]], status: str | None = None
) -> Complete:
    def complete(
        context: click.Context, _option: click.Parameter, begun: str
    ) -> list[CompletionItem]:
        found = _items(context, kinds(context), status)
        return [one for one in found if one.value.startswith(begun)]

    return complete


def _items(
    context: click.Context, kinds: Iterable[str], status: str | None
) -> Iterator[CompletionItem]:
    """Yield the newest things of a server; none where it can't be asked: a shell is told no errors."""
    given = [context.params.get(name) for name in ("base_url", "api_key", "auth_key")]
    try:
        with warnings.catch_warnings(action="ignore"), connect(*given) as client:
            quick = client.with_options(timeout=_PATIENCE, max_retries=0)
            for name in kinds:
                kind = KINDS[name]
                newest = kind.newest(quick, _MOST)
                found = [one for one in newest if status in {None, getattr(one, "status", None)}]
                for one, value in _called(name, found):
                    words = (str(getattr(one, field, None) or "") for field in kind.shown)
                    yield CompletionItem(value, help=in_a_line(" ".join((name, *words)).strip()))
    except (JulepError, OSError, ValueError):
        return


def _called(kind: str, found: list[Any]) -> Iterator[tuple[Any, str]]:
    """Yield things with what is typed for each: agents by name, where that is one word and one agent's."""
    names = Counter(getattr(one, "name", None) for one in found)
    for one in found:
        name = str(getattr(one, "name", None) or "")
        has_name = kind == "agent" and names[name] == 1 and name and shlex.quote(name) == name
        yield one, name if has_name else one.id


def _shown_kinds(context: click.Context) -> Iterable[str]:
    kind = context.params.get("kind")
    return [kind] if kind in KINDS else _ASKED


def _first_word(context: click.Context) -> Iterable[str]:
    return () if context.params.get("words") else ["agent"]


AGENT: Final = Checked(shell_complete=_completed(lambda _: ["agent"]))
"""Takes an agent by id or name."""
FIRST_AGENT: Final = Checked(shell_complete=_completed(_first_word))
"""Takes an agent as the first of several words."""
ANYTHING: Final = Checked(shell_complete=_completed(_shown_kinds))
"""Takes the id of whatever it is, or the name of an agent."""

"""Keys of steps that nobody reads. Servers drop them without a word, so they are only told of."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from julep.types._json import as_array, is_object
from julep.types.control_dicts import CaseDict, ForeachDict
from julep.types.message_dicts import MessageDict
from julep.types.setting_dicts import ChatSettingsDict
from julep.types.step_dicts import SleepDict, WaitDict

from .issues import Issue, did_you_mean
from .step_kinds import STEP_KINDS, kind_of, wire_names

_KIND = "kind_"
"""What answers have in each step, and nobody writes."""


def unknown_keys(location: str, step: Mapping[str, object]) -> Iterator[Issue]:
    """Yield the keys of a well-formed step, and of what it holds besides steps, that say nothing."""
    kind = STEP_KINDS[kind_of(step)]
    written = {name: value for name, value in step.items() if name != _KIND}
    yield from unknown_in(location, written, (*kind.fields, "label"))
    for place, part, known in _parts(step):
        if is_object(part):
            yield from unknown_in(f"{location}.{place}", part, known)


def unknown_in(
    location: str, part: Mapping[str, object], known: Collection[str]
) -> Iterator[Issue]:
    """Yield the keys of a mapping that are none of those that are known."""
    for name in part:
        if name not in known:
            yield Issue(
                location=f"{location}.{name}",
                message=f"Unknown key {name!r}, which is ignored",
                severity="warning",
                type="unknown_key",
                hint=did_you_mean(name, known) or f"there are {', '.join(known)}",
            )


def _parts(step: Mapping[str, object]) -> Iterator[tuple[str, object, Collection[str]]]:
    match kind_of(step):
        case "prompt":
            for index, message in enumerate(as_array(step["prompt"])):
                yield f"prompt[{index}]", message, MessageDict.__annotations__
            yield "settings", step.get("settings"), ChatSettingsDict.__annotations__
        case "sleep":
            yield "sleep", step["sleep"], SleepDict.__annotations__
        case "wait_for_input":
            yield "wait_for_input", step["wait_for_input"], WaitDict.__annotations__
        case "switch":
            for index, case in enumerate(as_array(step["switch"])):
                yield f"switch[{index}]", case, CaseDict.__annotations__
        case "foreach":
            yield "foreach", wire_names(step["foreach"]), ForeachDict.__annotations__
        case _:
            pass

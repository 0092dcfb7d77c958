"""Steps that this engine runs and self-hosted servers of 2025 refuse, or are certain to fail on.

`step_kinds` says what a step is; this says what of it is the same there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias

from julep.types._json import JsonObject, is_array, is_object

from .issues import Issue
from .step_kinds import STEP_KINDS, children, is_step, kind_of, wire_names
from .step_records import (
    PromptStep,
    SleepStep,
    SwitchStep,
    ToolCallStep,
    YieldStep,
)
from .text_as_code import FLOW_STYLE

Place: TypeAlias = tuple[str, str]  # the field, and what is wrong with it

_SIMPLE = frozenset({"evaluate", "tool_call", "prompt", "get", "set", "log", "yield"})
_INSIDE: Mapping[str, frozenset[str]] = {
    "map_reduce": _SIMPLE,
    "foreach": _SIMPLE | {"wait_for_input"},
    "switch": _SIMPLE | {"wait_for_input", "return", "sleep", "error"},
}
_NOWHERE: Mapping[str, str] = {
    "parallel": "is not implemented on self-hosted servers: use over and map, or one step by one",
    "embed": "is no step of self-hosted servers: use a tool of type system for doc.embed",
    "search": "is no step of self-hosted servers: use a tool of type system for doc.search",
}
_TOOL = re.compile(r"[^\W0-9]\w{0,39}")  # what servers of 2025 take for a name
_ROLES = ("user", "assistant", "system", "tool")
_NOTHING = "has nothing in it, which fails on self-hosted servers"


class _Form(NamedTuple):
    """What a value may be there, and how that is said."""

    fits: Callable[[object], bool]
    words: str


def strict_steps(location: str, step: Mapping[str, object]) -> Iterator[Issue]:
    """Yield what of a well-formed step the self-hosted server refuses, not of those inside it."""
    kind = kind_of(step)
    if kind in _NOWHERE:
        yield Issue.shape(f"{location}.{kind}", _NOWHERE[kind])
        return
    for field, wrong in _CHECKS.get(kind, _nothing)(step):
        yield Issue.shape(f"{location}.{field}", wrong)
    for place, child in children(step):
        yield from _check_inner(f"{location}.{place}", kind, child)


def _check_inner(location: str, outer: str, step: object) -> Iterator[Issue]:
    kind = kind_of(wire_names(step)) if is_step(step) else None
    if kind and kind not in _INSIDE.get(outer, {kind}):
        yield Issue.shape(
            location,
            f"can't be `{STEP_KINDS[kind].key}` right inside of `{STEP_KINDS[outer].key}` on self-hosted "
            'servers: make it a workflow of its own, and run that with {"workflow": …}',
        )


def _nothing(_: object) -> Iterator[Place]:
    yield from ()


def _text(field: str, value: object) -> Iterator[Place]:
    if not isinstance(value, str):
        yield field, f"must be text: write {_as_code(value)}"


def _as_code(value: object) -> str:
    if is_array(value) or is_object(value):
        return 'it as code, such as "$ [_.a, 1]"'
    # YAML has null where `{a: $ max(_.x, 2)}` breaks off.
    return f'"$ {value!r}"' + (f". {FLOW_STYLE}" if value is None else "")


def _values(field: str, values: JsonObject, form: _Form) -> Iterator[Place]:
    if values == {}:
        yield field, f"{_NOTHING}: give it a value"
    for name, value in values.items():
        if not form.fits(value):
            wrong = f"must be {form.words} on self-hosted servers: write {_as_code(value)}"
            yield f"{field}.{name}", wrong


def _is_any(_: object) -> bool:
    return True


def _is_nested(value: object) -> bool:
    return isinstance(value, str | dict)


def _is_flat(value: object) -> bool:
    """Tell whether it is text, texts, an object of texts, or a list of those."""
    if is_array(value):
        return all(isinstance(item, str) for item in value) or all(map(_is_texts, value))
    return isinstance(value, str) or _is_texts(value)


def _is_texts(value: object) -> bool:
    return is_object(value) and all(isinstance(item, str) for item in value.values())


_ANY = _Form(_is_any, "anything")
_NESTED = _Form(_is_nested, "text or an object")
_FLAT = _Form(_is_flat, "text, or a list or an object of texts,")


def _tool_call(step: ToolCallStep) -> Iterator[Place]:
    if not _TOOL.fullmatch(step["tool"]):
        yield "tool", "must be a tool's name alone: letters, digits and _, at most 40"
    yield from _arguments(step, _ANY)


def _arguments(step: ToolCallStep | YieldStep, form: _Form) -> Iterator[Place]:
    arguments = step.get("arguments", "_")
    if arguments == {}:
        yield "arguments", f"{_NOTHING}: leave it out"
    elif arguments != "_":
        yield from _values("arguments", arguments, form)


def _prompt(step: PromptStep) -> Iterator[Place]:
    messages = step["prompt"]
    if messages == []:
        yield "prompt", f"{_NOTHING}: give it a message"
    for index, message in enumerate(() if isinstance(messages, str) else messages):
        if message.get("role") not in _ROLES:
            yield f"prompt[{index}].role", f"must be one of {', '.join(_ROLES)}"
    choice = step.get("tool_choice")
    if choice not in (None, "auto", "none") and not is_object(choice):
        yield "tool_choice", 'must be "auto", "none", or an object that names a tool'


def _sleep(step: SleepStep) -> Iterator[Place]:
    if not any(step["sleep"].values()):
        yield "sleep", "must be longer than nothing"


def _switch(step: SwitchStep) -> Iterator[Place]:
    if not step["switch"]:
        yield "switch", f"{_NOTHING}: give it a case"
    for index, case in enumerate(step["switch"]):
        yield from _text(f"switch[{index}].case", case["case"])


_CHECKS: Mapping[str, Callable[[Any], Iterator[Place]]] = {
    "evaluate": lambda step: _values("evaluate", step["evaluate"], _NESTED),
    "set": lambda step: _values("set", step["set"], _NESTED),
    "return": lambda step: _values("return", step["return"], _FLAT),
    "wait_for_input": lambda step: _values(
        "wait_for_input.info", step["wait_for_input"]["info"], _FLAT
    ),
    "yield": lambda step: _arguments(step, _FLAT),
    "tool_call": _tool_call,
    "prompt": _prompt,
    "sleep": _sleep,
    "if_else": lambda step: _text("if", step["if"]),
    "switch": _switch,
    "foreach": lambda step: _text("foreach.in", wire_names(step["foreach"])["in"]),
    "map_reduce": lambda step: _text("over", step["over"]),
}

"""How models look in terminals: short, which one first, and harmless whatever they hold."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from julep import Agent, Answer, Execution, Run, Session, Task, Transition, Turn
from julep._codec import structure
from julep.types import DocSearchResponse, _repr

NOON = "2026-11-25T12:00:00.250000Z"
LONG_TEXT = "cats purr " * 100_000


def agent(**fields: Any) -> Agent:
    """An agent as servers answer with it."""
    return structure({"created_at": NOON, "id": "a1", "about": "", "name": "Ada", **fields}, Agent)


def execution(**fields: Any) -> Execution:
    """An execution that succeeded."""
    given: dict[str, Any] = {
        "id": "e1",
        "task_id": "t1",
        "status": "succeeded",
        "input": {},
        **fields,
    }
    return structure(given, Execution)


def answer(text: str, **fields: Any) -> Answer:
    """An answer of one choice."""
    choice = {"message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
    return structure({"id": "c1", "choices": [choice], **fields}, Answer)


class Paper:
    """What IPython's printer does, as far as it is used."""

    max_width = 60
    indentation = 2

    def __init__(self) -> None:
        self.written = ""

    def text(self, text: str, /) -> None:
        """Write text."""
        self.written += text

    def break_(self) -> None:
        """Begin a new line, indented like the first one."""
        self.written += "\n  "


def pretty(value: Any) -> str:
    """What IPython shows of a value: it asks the first class that has any form of its own."""
    classes = (vars(kind) for kind in type(value).__mro__)
    form = next(kind for kind in classes if "_repr_pretty_" in kind or "__repr__" in kind)
    assert "_repr_pretty_" in form
    paper = Paper()
    value._repr_pretty_(paper, False)
    return paper.written


def test_what_says_which_one_it_is_comes_first_and_what_says_nothing_is_left_out() -> None:
    """Name and id lead; empty and default fields are not there, and times are in ISO."""
    made = agent(default_settings={"model": None}, unknown=[])
    assert repr(made) == "Agent(name='Ada', id='a1', created_at=2026-11-25T12:00:00Z)"


def test_all_that_is_no_model_of_the_api_looks_the_same() -> None:
    """Turns leave out the same things."""
    assert repr(Turn("hi")) == "Turn(text='hi')"


def test_a_run_is_what_came_of_it() -> None:
    """Its many transitions and the ids around them are not what one looks for."""
    told = "id='e1', status='succeeded', output="
    one, two = execution(output=1), execution(output="1")
    assert repr(Run(one, one.output, [], 0.5)) == f"Run({told}1, seconds=0.5)"
    assert repr(Run(two, 1, [], 0.12345)) == f"Run({told}'1', parsed=1, seconds=0.123)"


def test_an_answer_is_its_text() -> None:
    """`str` of an answer is what the model said, and `repr` shows it in the place of the choices."""
    said = answer("Hello\nAda")
    said.turns = [Turn("Hello\nAda")]
    assert str(said) == "Hello\nAda"
    assert repr(said) == r"Answer(id='c1', text='Hello\nAda')"


def test_all_choices_of_an_answer_are_shown() -> None:
    """Where there are several choices, none is passed over."""
    said = answer("one")
    said.choices *= 2
    assert pretty(said).count("message=") == 2


def test_ipython_breaks_lines_between_fields() -> None:
    """What doesn't fit a line has a field on each, and what fits stays in one."""
    assert pretty(agent()).splitlines() == [
        "Agent(",
        "      name='Ada',",
        "      id='a1',",
        "      created_at=2026-11-25T12:00:00Z,",
        "  )",
    ]
    assert pretty(Turn("hi")) == "Turn(text='hi')"


ID = "01a21694-83a4-7413-86c9-f1afa8855523"
TIMES = {"created_at": NOON, "updated_at": NOON}
LONG: dict[str, tuple[Any, type[Any], str]] = {
    "session": (
        {
            **TIMES,
            "id": ID,
            "agent": ID,
            "agents": [ID],
            "recall_options": {"mode": "text", "limit": 10, "num_search_messages": 4},
            "situation": "x",
        },
        Session,
        f"Session(id='{ID}', agent='{ID}', situation='x', …)",
    ),
    "task": (
        {**TIMES, "id": ID, "name": "n", "canonical_name": ID, "main": [{"log": "hi " * 90}] * 20},
        Task,
        f"Task(name='n', id='{ID}', main=[LogStep(log='{'hi ' * 28}h…, …)",
    ),
    "transition": (
        {
            **TIMES,
            "id": ID,
            "type": "wait",
            "output": 0,
            "current": {"workflow": "main", "step": 1, "scope_id": ID},
            "metadata": {"task_token": ID},
        },
        Transition,
        f"Transition(id='{ID}', type='wait', output=0, current=TransitionTarget(workflow='main', step=1), …)",
    ),
    "waiting": (
        {
            **TIMES,
            "id": ID,
            "task_id": ID,
            "status": "awaiting_input",
            "input": {},
            "task_token": ID,
            "output": {"q": 1},
        },
        Execution,
        f"Execution(id='{ID}', task_id='{ID}', status='awaiting_input', output={{'q': 1}}, …)",
    ),
}


@pytest.mark.parametrize(("given", "kind", "line"), LONG.values(), ids=LONG)
def test_a_line_has_what_a_reader_looks_for(given: Any, kind: type[Any], line: str) -> None:
    """What doesn't fit a screen is left out, dull fields first; IPython shows it all."""
    made = structure(given, kind)
    assert repr(made) == line
    assert "updated_at=2026-11-25T12:00:00Z" in pretty(made)


def test_a_step_is_shown_without_the_name_of_its_kind() -> None:
    """What the class says already is not said again."""
    task = structure({"id": "t1", "name": "n", "main": [{"kind_": "log", "log": "hi"}]}, Task)
    assert repr(task) == "Task(name='n', id='t1', main=[LogStep(log='hi')])"


def _itself() -> dict[str, Any]:
    held: dict[str, Any] = {}
    held["me"] = [held, held]
    return held


def _tree() -> Any:
    tree: Any = "leaf"
    for _ in range(50):
        tree = {str(number): tree for number in range(50)}
    return tree


class Refusing:
    """An object that can't be shown."""

    def __repr__(self) -> str:
        raise RuntimeError


class Clever:
    """An object whose `repr` would take over a terminal."""

    def __repr__(self) -> str:
        return "\x1b[2J\n" * 10_000


HOSTILE: dict[str, Callable[[], Any]] = {
    "huge text": lambda: LONG_TEXT,
    "huge key": lambda: {LONG_TEXT: 1},
    "controls": lambda: "\x1b[2J\r\n\x00\u202e\u2066",
    "many": lambda: list(range(1_000_000)),
    "itself": _itself,
    "tree": _tree,
    "refusing": Refusing,
    "clever": Clever,
    "number": lambda: 10**100_000,
    "half a pair": lambda: "\ud800",
}


@pytest.mark.parametrize("make", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("show", [repr, pretty])
def test_whatever_it_holds_is_bounded_and_can_be_printed(
    show: Callable[[Any], str], make: Callable[[], Any]
) -> None:
    """Nothing in a model makes its `repr` long, slow, failing, or more than text."""
    held = execution()
    held.output = make()
    start = time.perf_counter()
    text = show(held)
    assert time.perf_counter() - start < 5
    assert len(text) <= _repr.MOST_LINES * (_repr.LONGEST_BLOCK_TEXT * 12)
    assert text.replace("\n", "").isprintable()
    assert text.startswith("Execution(")
    assert "\n" not in repr(held)
    assert len(repr(held)) <= _repr.LONGEST


def test_a_field_that_a_newer_server_sends_is_shown() -> None:
    """Unknown fields are there after the known ones."""
    assert repr(agent(novel={"a": [1]})).endswith("novel={'a': [1]})")
    assert r"'a\n\x1b'=1" in repr(agent(**{"a\n\x1b": 1}))


def test_transitions_show_outputs_that_are_zero_or_false() -> None:
    """A value that is false, but not empty, says something."""
    made = [Transition(type="step", output=output) for output in (0, False)]
    assert (
        repr(made) == "[Transition(type='step', output=0), Transition(type='step', output=False)]"
    )


def test_a_search_that_found_nothing_says_so() -> None:
    """An empty list is what it tells, and so stays."""
    assert repr(DocSearchResponse(docs=[], time=0.5)) == "DocSearchResponse(docs=[], time=0.5)"

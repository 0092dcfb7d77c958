"""The quick readers of models give what the thorough ones of cattrs give."""

from __future__ import annotations

import copy
import re
import subprocess
import sys
from typing import Any, Generic, TypeVar

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from julep._codec import Mismatch, second_reading, structure, to_plain
from julep._codec.readers import find_reader
from julep.types import ChunkChatResponse, Listing, Model, User
from julep.types._json import is_array, is_object

from .test_recorded_2025 import ANSWERS, LATE_FORMS

T = TypeVar("T")
USER: dict[str, Any] = {"id": "1", "name": "n"}
NAMED = User(id="1", name="n")
OTHERS: list[Any] = [
    None,
    True,
    7,
    0.5,
    "word",
    "2025-01-01",
    [],
    ["word"],
    [[1]],
    {},
    {"a": 1},
    [{}, None],
]
CHUNK = {
    "id": "1",
    "created_at": 1735689600,
    "choices": [
        {"index": 0, "delta": {"role": "assistant", "content": [{"type": "text", "text": "a"}]}}
    ],
}


@attrs.define(kw_only=True)
class Node(Model):
    """A class that holds itself."""

    name: str
    best: Node | None = None
    others: list[Node] = attrs.field(factory=list["Node"])
    either: Node | str | None = None


def upper(text: str) -> str:
    """A conversion."""
    return text.upper()


@attrs.define(kw_only=True)
class Checked(User):
    """A class with a check, a conversion, and a field that is made of others."""

    score: int = attrs.field(validator=attrs.validators.ge(1))
    label: str = attrs.field(default="", converter=upper)
    title: str = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        """Make the title."""
        self.title = f"{self.label} {self.score}"


@attrs.define(kw_only=True, on_setattr=attrs.setters.frozen)
class Fixed(User):
    """A class whose instances don't change."""

    score: int


class Plain(User):
    """A class that attrs hasn't seen."""

    def __init__(self, **fields: Any) -> None:
        fields["name"] = "made"
        super().__init__(**fields)


@attrs.define(kw_only=True)
class Pair(Model, Generic[T]):
    """A class whose fields are of any type."""

    left: T
    right: list[T]
    page: Listing[T] | None = None


@attrs.define(kw_only=True)
class Pages(Listing[User]):
    """A class whose base has an argument."""


def form_of(called: str) -> Any:
    """What an operation answers with."""
    return next(form for pattern, form in LATE_FORMS.items() if re.fullmatch(pattern, called))


SAMPLES = [
    (CHUNK, ChunkChatResponse),
    *((one.answer, form_of(f"{one.method} {one.path}")) for one in ANSWERS),
]


def places(value: Any) -> list[tuple[Any, Any]]:
    """Each object and array within a value, with each of its keys or indices."""
    keys: list[Any] = []
    if is_object(value) or is_array(value):
        keys = list(value) if is_object(value) else list(range(len(value)))
    return [place for key in keys for place in [(value, key), *places(value[key])]]


def quick(value: Any, form: Any) -> Any:
    """What the quick readers give."""
    return find_reader(form)(value, form)


def thorough(value: Any, form: Any) -> Any:
    """What cattrs gives."""
    made: object = second_reading.converter().structure(value, form)
    return made


def assert_read_alike(value: Any, form: Any) -> None:
    """Compare what both readers give, to the last field."""
    made, wanted = quick(value, form), thorough(value, form)
    assert made == wanted
    assert repr(to_plain(made)) == repr(to_plain(wanted))


@settings(deadline=None)  # the first ones make readers
@given(st.data())
def test_answers_with_a_fault_are_read_alike(data: st.DataObject) -> None:
    """Wherever an answer has another value, or lacks one, the quick readers give the same or fail."""
    value, form = copy.deepcopy(data.draw(st.sampled_from(SAMPLES)))
    if found := places(value):
        holder, key = data.draw(st.sampled_from(found))
        if data.draw(st.booleans()) and is_object(holder):
            del holder[key]
            holder["novel"] = 1
        else:
            holder[key] = data.draw(st.sampled_from(OTHERS))
    try:
        quick(value, form)
    except Exception:  # noqa: BLE001 - any will do
        return
    assert_read_alike(value, form)


@pytest.mark.parametrize(("value", "form"), SAMPLES)
def test_answers_are_read_at_the_first_attempt(value: Any, form: Any) -> None:
    """What servers send is read by the quick readers."""
    assert_read_alike(value, form)


@pytest.mark.parametrize(
    ("value", "form", "made"),
    [
        (
            {"name": "a", "best": {"name": "b"}, "others": [{"name": "c"}], "either": "d"},
            Node,
            Node(name="a", best=Node(name="b"), others=[Node(name="c")], either="d"),
        ),
        ({"name": "a", "either": {"name": "b"}}, Node, Node(name="a", either=Node(name="b"))),
        (USER | {"score": 1, "label": "a"}, Checked, Checked(id="1", name="n", score=1, label="a")),
        (USER | {"score": 1}, Fixed, Fixed(id="1", name="n", score=1)),
        (USER, Plain, Plain(id="1")),
        (
            {"left": USER, "right": [USER], "page": [USER]},
            Pair[User],
            Pair(left=NAMED, right=[NAMED], page=Listing(items=[NAMED])),
        ),
        ([USER], Pages, Pages(items=[NAMED])),
    ],
)
def test_classes_of_users_are_made_as_they_ask(value: Any, form: Any, made: Any) -> None:
    """Checks, conversions, methods that make instances, arguments and recursion are heeded."""
    read = structure(value, form)
    assert read == made
    assert repr(read) == repr(made)
    assert_read_alike(value, form)


def test_a_check_of_a_users_class_refuses() -> None:
    """What a validator refuses is a mismatch that names the class's reason."""
    with pytest.raises(Mismatch, match="must be >= 1"):
        structure(USER | {"score": 0}, Checked)


def test_cattrs_waits_for_what_does_not_fit() -> None:
    """A program whose answers fit starts without it."""
    program = """
import sys
from julep._codec import structure
from julep.types import Agent
structure({"id": "1", "name": "n", "created_at": "2025-01-01", "default_settings": {}}, Agent)
print("cattrs" in sys.modules)
"""
    assert subprocess.check_output([sys.executable, "-c", program], text=True) == "False\n"

"""Tool calls of a streamed answer, put together from pieces of every kind that servers send."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from julep._codec import structure
from julep.types import ToolCall
from julep.types._tool_calls import ToolCallPieces

Piece = dict[str, Any]


def piece(arguments: str | None = None, name: str | None = None, **more: Any) -> Piece:
    """A piece of a call of a function."""
    function = {"name": name, "arguments": arguments}
    return {**more, "function": {k: v for k, v in function.items() if v is not None}}


def added(*events: list[Piece]) -> ToolCallPieces:
    """What the pieces of these events make."""
    pieces = ToolCallPieces()
    for event in events:
        pieces.add(event)
    return pieces


def read(*events: list[Piece]) -> list[tuple[str | None, str, str | None]]:
    """Id, name and arguments of each call that these events make."""
    calls = [structure(call, ToolCall) for call in added(*events).as_dicts()]
    return [
        (call.id, call.function.name, call.function.arguments) for call in calls if call.function
    ]


F, G = ("c1", "f", '{"a":1}'), ("c2", "g", '{"b":2}')


def pieces_of(*calls: tuple[str, str, str], **index: Any) -> Iterator[list[Piece]]:
    """Each call in three pieces, of which the first has its id and name, without its index."""
    for id, name, arguments in calls:
        yield [piece("", name, id=id, type="function", **index)]
        yield [piece(arguments[:3], **index)]
        yield [piece(arguments[3:], **index)]


@pytest.mark.parametrize("index", [{}, {"index": None}, {"index": 0}], ids=str)
def test_a_new_id_starts_a_new_call(index: Piece) -> None:
    """Without a usable index, calls are told apart by their ids."""
    assert read(*pieces_of(F, G, **index)) == [F, G]


def test_pieces_with_an_index_may_come_in_any_order() -> None:
    """The index says where a piece belongs, and in which order the calls are."""
    first, second = (list(pieces_of(call, index=at)) for at, call in enumerate([F, G]))
    mixed = [second[0], first[0], first[1], second[1], second[2], first[2]]
    assert read(*mixed) == [F, G]
    assert read(*[[*one, *other] for one, other in zip(first, second, strict=True)]) == [F, G]


@pytest.mark.parametrize(
    "events",
    [
        [[piece('{"a"', "f", id="c1", index=None)], [piece(":1}", index=0)]],
        [[piece('{"a"', "f", id="c1", index=0)], [piece(":1}", index=None)]],
        [[piece('{"a"', "f", id="c1")], [piece(":1}", id="c1")]],
        [[piece('{"a"', "f", id="c1", index=0)], [piece(":1}", "f", id="c1", index=0)]],
        [[piece('{"a"', "f", id="c1", index=0)], [piece(":1}", id="", index=0)]],
        [[piece('{"a"', "f", id="c1", index=0)], [piece(":1}", id="c1", index=4)]],
        [[piece('{"a"', "f", index=0)], [piece(":1}", id="c1", index=0)]],
        [[piece("", "f", id="c1"), piece('{"a"')], [piece(":1}")]],
        [[piece(None, "f", id="c1"), Piece(index=0)], [Piece()], [piece('{"a":1}')]],
        [
            [piece(None, None, id="c1", index=0)],
            [piece('{"a"', "f", index=0), piece(":1}", index=0)],
        ],
    ],
    ids=range(10),
)
def test_the_same_call_is_continued(events: list[list[Piece]]) -> None:
    """By its index, its id, or as the last one; ids and names may be repeated or come late."""
    assert read(*events, [piece('{"b":2}', "g", id="c2", index=0)]) == [F, G]


def test_whole_calls_need_neither_id_nor_index() -> None:
    """A piece that brings a name again after whole arguments is another call."""
    one, other = piece('{"a":1}', "f"), piece('{"b":2}', "g")
    wanted = [(None, "f", '{"a":1}'), (None, "g", '{"b":2}'), (None, "g", '{"b":2}')]
    assert read([one], [other], [other]) == read([one, other, other]) == wanted


def test_a_name_may_come_in_pieces_and_arguments_as_an_object() -> None:
    """What models send instead of the text that the API has."""
    object_of_arguments = {"id": "c1", "function": {"name": "get_", "arguments": {"a": 1}}}
    assert read([object_of_arguments], [piece(None, "time", index=0)]) == [
        ("c1", "get_time", '{"a": 1}')
    ]


def test_pieces_that_lost_their_content_are_noticed() -> None:
    """Servers of 2025 turn later pieces into another tool's; the call must not pass as whole."""
    lost = {"command": None, "restart": False}
    assert added([piece('{"a"', "f", id="c1")], [lost]).is_cut
    assert not added(*pieces_of(F, G)).is_cut


def test_other_kinds_of_calls_are_kept() -> None:
    """A call of the model maker's own tool has no function."""
    (call,) = added(
        [{"id": "c1", "type": "bash_20241022", "bash_20241022": {"command": "ls"}}]
    ).as_dicts()
    read = structure(call, ToolCall)
    assert (read.type, read.function, read.bash_20241022) == (
        "bash_20241022",
        None,
        {"command": "ls"},
    )


NAMES = st.sampled_from(["f", "g", "get_weather", "get"])
ARGUMENTS = st.dictionaries(st.text(max_size=3), st.integers() | st.text(max_size=9), max_size=3)


@st.composite
def streamed(draw: st.DrawFn) -> tuple[list[tuple[str, str, str]], list[list[Piece]]]:
    """Calls, and the events that a server of some habits sends of them, one call after the other."""
    calls = [
        (f"c{number}", draw(NAMES), json.dumps(draw(ARGUMENTS)))
        for number in range(draw(st.integers(1, 4)))
    ]
    index = draw(st.sampled_from(["right", "missing", "null", "always 0"]))
    repeats_id, repeats_name, joins = draw(st.booleans()), draw(st.booleans()), draw(st.booleans())
    events: list[list[Piece]] = []
    for number, (id, name, arguments) in enumerate(calls):
        cut = draw(st.integers(1, len(arguments) - 1))
        given: dict[str, Piece] = {
            "right": {"index": number},
            "null": {"index": None},
            "always 0": {"index": 0},
        }
        common = given.get(index, {})
        again: Piece = {"id": id} if repeats_id else {}
        parts = [
            piece(arguments[:cut], name, id=id, type="function", **common),
            piece(arguments[cut:], name if repeats_name else None, **again, **common),
        ]
        events += [parts] if joins and not repeats_name else [[part] for part in parts]
    return calls, events


@given(streamed())
def test_servers_of_all_habits_are_understood(
    sent: tuple[list[tuple[str, str, str]], list[list[Piece]]],
) -> None:
    """Whichever of index, id and name they repeat, the calls are those that were made."""
    calls, events = sent
    assert read(*events) == calls


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2)
    ),
    max_leaves=4,
)
ODD_PIECES = st.fixed_dictionaries(
    {},
    optional={
        "id": JSON,
        "index": JSON,
        "type": JSON,
        "function": JSON | st.fixed_dictionaries({}, optional={"name": JSON, "arguments": JSON}),
        "system": JSON,
        "other": JSON,
    },
)


@given(st.lists(st.lists(ODD_PIECES, max_size=3), max_size=5))
def test_pieces_of_any_shape_can_be_read(events: list[list[Piece]]) -> None:
    """Whatever a server sends, the calls so far are calls."""
    for call in added(*events).as_dicts():
        structure(call, ToolCall)

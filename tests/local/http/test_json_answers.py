"""Answers in JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import anyio
import pytest
from starlette.responses import Response, StreamingResponse

from julep.local.http.json_answers import long_json_answer, pieces
from julep.local.http.other_end import OtherEnd
from julep.local.json_text import to_json
from julep.local.records import User
from julep.local.store.metadata_filter import MetadataFilter
from julep.local.store.page import Page
from julep.local.store.rows import Shown, is_made_on_the_way, read_all
from julep.local.store.store import Store
from julep.types._json import is_array, is_object
from tests.local.records import some
from tests.local.turns import turns_beside

_VALUES: list[Any] = [
    None,
    "é",
    [1, "é"],
    [],
    {},
    {"a": []},
    {"items": [{"b": "\ud83d\ude00"}, [], None], "time": 0.5, "é": {"c": [1]}},
]


@pytest.mark.parametrize("value", _VALUES)
def test_json_is_the_same_in_one_piece_and_in_several(value: Any) -> None:
    """Only who waits for it differs."""
    assert b"".join(pieces(value)).decode() == to_json(value)


def _made(count: int) -> Iterator[dict[str, Any]]:
    return ({"n": number, "inner": iter([number, "é"])} for number in range(count))


@pytest.mark.parametrize(
    "make",
    [
        lambda: _made(3),
        lambda: {"items": _made(2), "more": [*_made(1)]},
        lambda: {"items": iter([])},
        lambda: {"items": iter(["", 0, None]), "n": 1},
    ],
)
def test_what_is_made_on_the_way_is_written_as_if_it_were_there(make: Callable[[], Any]) -> None:
    """At the top, in its members, and in the items of lists; which one may also have read at once."""
    text = b"".join(pieces(make())).decode()
    assert text == to_json(_plain(make()))
    assert "more" in text or text == to_json(read_all(make()))


def _plain(value: object) -> object:
    if is_array(value) or is_made_on_the_way(value):
        return [_plain(item) for item in value]
    return {key: _plain(member) for key, member in value.items()} if is_object(value) else value


def test_rows_are_written_as_they_are_stored(store: Store) -> None:
    """Which is what was put in."""
    users = [some(User, id=f"{number}", name="é", metadata={"n": [number]}) for number in range(3)]
    for user in users:
        store.users.insert(user)
    page = Page(direction="asc")
    assert b"".join(pieces({"items": store.users.page(page)})).decode() == to_json({"items": users})
    assert read_all({"items": store.users.page(page)}) == {"items": users}


def test_a_short_answer_is_sent_whole() -> None:
    """With its length and its status."""

    async def answered() -> Response:
        return await long_json_answer({"items": iter([1])}, 201, OtherEnd())

    answer = anyio.run(answered)
    assert (answer.status_code, answer.body) == (201, b'{"items":[1]}')
    assert answer.headers["content-length"] == "13"


@pytest.mark.parametrize("items", [iter, list], ids=["made on the way", "there at once"])
def test_others_are_answered_while_a_long_list_is_sent(items: Callable[[Any], Any]) -> None:
    """It goes out in pieces, and is nowhere as a whole."""
    sent: list[bytes] = []

    async def send() -> None:
        answer = await long_json_answer({"items": items(["x" * 1_000_000] * 20)}, 200, OtherEnd())
        assert answer.media_type == "application/json"
        sent.append(await _whole(answer, longest=1_100_000))

    assert turns_beside(send) >= 15
    assert b"".join(sent).decode() == to_json({"items": ["x" * 1_000_000] * 20})


async def _whole(answer: Response, longest: int = 2_000_000) -> bytes:
    if not isinstance(answer, StreamingResponse):
        return bytes(answer.body)
    pieces = [bytes(piece) async for piece in answer.body_iterator if not isinstance(piece, str)]
    assert max(map(len, pieces)) <= longest
    assert all(pieces)
    return b"".join(pieces)


@pytest.mark.parametrize("as_shown", [False, True], ids=["as stored", "as shown"])
@pytest.mark.parametrize("n", [0.5, 0.25], ids=["all pass", "none passes"])
def test_others_are_answered_while_a_filter_looks_for_what_passes(
    store: Store, as_shown: bool, n: float
) -> None:
    """Whether that is much or nothing; there is no index of fractions."""
    users = [
        some(User, id=f"{number}", about="x" * 600_000, metadata={"n": 0.5}) for number in range(9)
    ]
    for user in users:
        store.users.insert(user)
    rows = store.users.page(Page(direction="asc", metadata=MetadataFilter({"n": n})))
    sent: list[bytes] = []

    async def send() -> None:
        items = Shown(rows, lambda user: user) if as_shown else rows
        sent.append(await _whole(await long_json_answer({"items": items, "n": 1}, 200, OtherEnd())))

    assert turns_beside(send) >= 9
    assert sent == [to_json({"items": users if n == 0.5 else [], "n": 1}).encode()]

"""JSON text: of what users pass, with clear refusals, and back."""

from __future__ import annotations

import json
import math
import re
import time
from array import array
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum, IntEnum
from pathlib import PurePosixPath
from types import SimpleNamespace
from typing import Any, NamedTuple
from uuid import UUID

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from julep._codec import OMIT, coding, decode_json, encode, to_plain
from julep.types import Agent, Message, SetStep, TextPart

UUID_1 = UUID(int=1)


class Shade(Enum):
    """An enum whose values are text."""

    DARK = "dark"


class Level(IntEnum):
    """An enum that is a number as well."""

    HIGH = 3


@dataclass
class Point:
    """Someone's own dataclass."""

    x: int
    y: int | None = None


@attrs.frozen
class Spot:
    """Someone's own attrs class."""

    name: str
    extra: int


@attrs.frozen
class Hidden:
    """An attrs class that is made by another name than its field's."""

    _count: int


class Pair(NamedTuple):
    """Someone's own tuple."""

    left: int
    right: Spot


class Dumped:
    """A model of a library that gives its fields as pydantic's models do."""

    def __init__(self, fields: Any, failure: Exception | None = None) -> None:
        self.fields = fields
        self.failure = failure

    def model_dump(self, *, mode: str) -> Any:
        """What it holds."""
        assert mode == "json"
        if self.failure:
            raise self.failure
        return self.fields


def narrow_dumps(value: Any) -> bytes:
    """Write JSON as a strict library may: refuse what is wider than 64 bits, write NaN as null."""
    text = json.dumps(value, ensure_ascii=False)
    if any(len(digits) > 19 for digits in re.findall(r"\d+", text)):
        raise TypeError("Integer exceeds 64-bit range")
    return re.sub("NaN|Infinity", "null", text).encode()


def strict_loads(content: bytes) -> Any:
    """Read JSON as a strict library may: refuse NaN and depth."""
    if b"NaN" in content or content.count(b"[") > 1024:
        raise ValueError("unexpected character")
    return json.loads(content)


@pytest.fixture(params=["installed", "narrow"])
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Use what is installed, and then a writer and a reader that refuse more."""
    if request.param == "narrow":
        monkeypatch.setattr(coding, "_fast_dumps", narrow_dumps)
        monkeypatch.setattr(coding, "_fast_loads", strict_loads)


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize(
    ("value", "wire"),
    [
        (None, None),
        ({"a": {"b": [1, 2.5, True, None, "ü"]}}, {"a": {"b": [1, 2.5, True, None, "ü"]}}),
        (UUID_1, str(UUID_1)),
        (datetime(2024, 5, 1, 12, tzinfo=UTC), "2024-05-01T12:00:00Z"),
        (datetime(2024, 5, 1, 12, 0, 0, 7, tzinfo=UTC), "2024-05-01T12:00:00.000007Z"),
        (
            datetime(2024, 5, 1, 12, tzinfo=timezone(timedelta(hours=5, minutes=30))),
            "2024-05-01T12:00:00+05:30",
        ),
        (date(2024, 5, 1), "2024-05-01"),
        (Shade.DARK, "dark"),
        (Level.HIGH, 3),
        (PurePosixPath("a/b"), "a/b"),
        (b"bytes", "bytes"),
        ((1, 2), [1, 2]),
        ({7}, [7]),
        ({"k": 1}.values(), [1]),
        ({UUID_1: 1, 2: 3, Shade.DARK: 4}, {str(UUID_1): 1, "2": 3, "dark": 4}),
        (Point(1), {"x": 1, "y": None}),
        (Spot("a", 5), {"name": "a", "extra": 5}),
        (Hidden(5), {"count": 5}),
        (Pair(1, Spot("a", 5)), {"left": 1, "right": {"name": "a", "extra": 5}}),
        (2**70, 2**70),
        ([1, OMIT, {"a": OMIT, "b": 2}], [1, {"b": 2}]),
        (Message(role="user", content="hi"), {"role": "user", "content": "hi"}),
        (
            Message(role="user", content=[TextPart(text="hi")], continue_=True),
            {"role": "user", "content": [{"type": "text", "text": "hi"}], "continue": True},
        ),
        (SetStep(set_={"a": "1"}), {"set": {"a": "1"}}),
        (Agent(id="1", name="n", extra={"new": UUID_1}), None),
        (np.array([[1, 2], [3, 4]]), [[1, 2], [3, 4]]),
        ([np.float32(0.5), np.int64(3), np.bool_(True), np.str_("a")], [0.5, 3, True, "a"]),
        (array("d", [1.5]), [1.5]),
        (memoryview(b"bytes"), "bytes"),
        ({np.int64(7): 1}, {"7": 1}),
        (Dumped([Dumped({"when": UUID_1})]), [{"when": str(UUID_1)}]),
    ],
)
def test_encode_gives_the_json_of_what_people_pass(value: Any, wire: Any) -> None:
    """Each type that a body may hold becomes the JSON that the API expects."""
    if isinstance(value, Agent):
        wire = {"about": "", "model": "", "instructions": []}
        wire |= {"id": "1", "name": "n", "new": str(UUID_1)}
    assert json.loads(encode({"v": value})) == {"v": wire}


def test_encode_takes_naive_times_as_local(monkeypatch: pytest.MonkeyPatch) -> None:
    """A datetime without a zone is sent as local time with its offset."""
    monkeypatch.setenv("TZ", "XXX-3")
    time.tzset()
    try:
        assert encode({"t": datetime(2024, 5, 1, 12)}) == b'{"t":"2024-05-01T12:00:00+03:00"}'  # noqa: DTZ001 - a naive one is the point
    finally:
        monkeypatch.undo()
        time.tzset()


def test_encode_leaves_out_omit_and_sends_none() -> None:
    """OMIT means not sent, at any depth, where None means null."""
    assert encode({"a": OMIT, "b": None, "c": {"d": OMIT}}) == b'{"b":null,"c":{}}'


def test_encode_takes_generators() -> None:
    """What a generator yields is sent as an array."""
    assert encode({"a": (n for n in (1, OMIT, 2))}) == b'{"a":[1,2]}'


def test_encode_is_compact_utf8() -> None:
    """The text has no blanks and no escapes that UTF-8 doesn't need."""
    assert encode({"a": [1, "é"]}) == '{"a":[1,"é"]}'.encode()


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize(
    ("body", "path", "reason"),
    [
        ({"metadata": {"when": object()}}, "metadata.when", "object of type `object` can't"),
        ({"a": [1, {"b": len}]}, "a[1].b", "`builtin_function_or_method`"),
        ({"a": Point}, "a", "object of type `type`"),
        ({"a": float("nan")}, "a", "nan is no number"),
        ({"a": [float("inf")]}, "a[0]", "inf is no number"),
        ({"a": {None: 1}}, "a", "the key None"),
        ({"a": {1.5: 1}}, "a", "the key 1.5"),
        ({"a": {True: 1}}, "a", "the key True"),
        ({"a": "\ud800"}, "a", "surrogate"),
        ({"a": {"b\udfff": 1}}, "a", "surrogate"),
        ({"a": np.array(["\ud800"])}, "a[0]", "surrogate"),
        ({"a": np.array([1, np.nan])}, "a[1]", "nan is no number"),
        ({"a": [np.longdouble(1)]}, "a[0]", "`longdouble` can't"),
        ({"a": np.complex64(1)}, "a", "`complex`"),
        ({"a": np.datetime64("2024-05-01T12:00", "ns")}, "a", "pass datetimes"),
        ({"a": [np.array([1], "m8[s]")]}, "a[0]", "pass datetimes"),
        ({"a": Decimal("1.10")}, "a", "pass float(…), or str(…)"),
        ({"a": Dumped(object())}, "a", "`object`"),
        ({"a": Dumped(None, LookupError("no"))}, "a", "`model_dump` of type `Dumped` failed: no"),
        ({"a": b"\xff"}, "a", "base64"),
        ({"m": [Message(role="user", content=complex(1))]}, "m[0].content", "`complex`"),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType] - wrong on purpose
        (object(), "the body", "`object`"),
    ],
)
def test_encode_names_the_parameter_that_json_cant_carry(body: Any, path: str, reason: str) -> None:
    """What can't be sent is refused with its path and what to do instead."""
    with pytest.raises(TypeError) as refused:
        encode(body)
    assert str(refused.value).startswith(f"{path}: ")
    assert reason in str(refused.value)


def test_encode_refuses_what_contains_itself() -> None:
    """A list within itself is an error, not a crash."""
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(TypeError, match="contains itself"):
        encode({"a": endless})


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text(), JSON, max_size=4))
def test_what_is_encoded_is_decoded_again(body: dict[str, Any]) -> None:
    """JSON values survive the way to the server and back."""
    assert decode_json(encode(body)) == body


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize(
    "content", [b"", b"{", b"<html>", b"{'a': 1}", b"\xff\xfe\x00", b"[" * 100_000]
)
def test_decode_refuses_what_is_no_json(content: bytes) -> None:
    """Text that is no JSON is a ValueError, however deep it goes."""
    with pytest.raises(ValueError, match=r"."):
        decode_json(content)


@pytest.mark.usefixtures("engine")
def test_decode_reads_what_python_servers_write() -> None:
    """NaN and a byte order mark, which strict readers refuse, are read."""
    assert decode_json(b"\xef\xbb\xbf[1]") == [1]
    assert math.isnan(decode_json(b"[NaN]")[0])


def test_to_plain_shows_none_where_encode_leaves_it_out() -> None:
    """A model shown as data has all fields; sent, only those that say something."""
    message = Message(role="user", content="hi")
    assert to_plain(message)["name"] is None
    assert "name" not in json.loads(encode(message))


def test_msgspec_is_used_when_it_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """The faster library writes and reads when it is installed."""
    fake = SimpleNamespace(encode=narrow_dumps, decode=strict_loads)
    monkeypatch.setattr(coding, "import_module", {"msgspec.json": fake}.__getitem__)
    assert coding._fast_json() == (narrow_dumps, strict_loads)


def outcome(read: Callable[[bytes | str], Any], content: bytes | str) -> str:
    """What comes of reading JSON text, with the types of its numbers."""
    try:
        return repr(read(content))
    except ValueError:
        return "no JSON"


WIDE = st.recursive(
    JSON
    | st.floats()
    | st.integers(-(2**70), 2**70)
    | st.text(st.characters(codec=None, categories=("Cs", "Cc", "L"))),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
"""What Python's writer of JSON writes, NaN and half surrogates among it."""


@given(WIDE, st.booleans(), st.data())
def test_json_is_read_as_python_reads_it(value: Any, is_ascii: bool, data: st.DataObject) -> None:
    """Whatever the text or bytes, and whatever is installed: the value is that of `json.loads`."""
    text = json.dumps(value, ensure_ascii=is_ascii)
    content = text.encode("utf-8", "surrogatepass")
    if data.draw(st.booleans()):
        place = data.draw(st.integers(0, len(text)))
        text = text[:place] + data.draw(st.text(max_size=2)) + text[place + 1 :]
        content = content[:place] + data.draw(st.binary(max_size=2)) + content[place + 1 :]
    for given_content in (text, content):
        wanted = outcome(json.loads, given_content)
        assert outcome(coding._standard_loads, given_content) == wanted
        assert outcome(decode_json, given_content) == wanted


@pytest.mark.parametrize(
    "text", ["2 ", " 2", "2\n", "2\x0c", "2 3", "\ufeff2", "1e999", "9" * 5000, "[-0.0, -0, 1E5]"]
)
def test_the_ends_of_json_are_where_python_sees_them(text: str) -> None:
    """Blanks around a value, other things around it, and numbers without bounds."""
    for content in (text, text.encode(), text.encode("utf-16")):
        wanted = outcome(json.loads, content)
        assert outcome(coding._standard_loads, content) == wanted
        assert outcome(decode_json, content) == wanted

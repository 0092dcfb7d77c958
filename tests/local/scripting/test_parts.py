"""What a script is made of, each part by itself."""

from __future__ import annotations

import time
from typing import Any

import pytest

from julep.local.scripting.answers import Answers
from julep.local.scripting.calls import Calls
from julep.local.scripting.checks import as_json, check, check_number
from julep.local.scripting.clock import Clock
from julep.local.scripting.faults import Faults
from julep.local.scripting.integrations import Integrations
from julep.local.scripting.replies import Replies
from julep.local.scripting.script import Script
from julep.local.scripting.web import Web


def test_the_last_answer_is_given_again_and_again() -> None:
    """The others in their order; those that nobody got are known."""
    answers = Answers[int]()
    answers.add(1)
    answers.add(2)
    assert answers.unused() == [1, 2]
    assert answers.take() == 1
    assert answers.unused() == [2]
    assert [answers.take(), answers.take()] == [2, 2]
    assert answers.unused() == []
    answers.add(3)
    assert [answers.unused(), answers.take(), answers.take()] == [[3], 3, 3]


def test_what_is_remembered_of_calls_is_bounded() -> None:
    """By number and by size; the last one stays, and whoever reads them may remove some."""
    calls = Calls()
    for number in range(501):
        calls.note({"n": number}, 1)
    assert [call["n"] for call in (calls[0], calls[-1])] == [1, 500]
    calls.note({"n": "big"}, 16_000_000 - 499)
    assert len(calls) == 500
    calls.note({"n": "bigger"}, 16_000_001)
    assert calls == [{"n": "bigger"}]
    calls.clear()
    calls.note({"n": "new"}, 15_999_999)
    calls.note({"n": "small"}, 1)
    assert len(calls) == 2


@pytest.mark.parametrize(
    ("value", "kind", "fits"),
    [
        ("a", str, True),
        (1, str, False),
        (True, int, False),
        (1, int | None, True),
        (None, int | None, True),
    ],
)
def test_a_mistake_in_a_script_is_told_where_it_is_written(
    value: Any, kind: Any, fits: bool
) -> None:
    """With what it must be."""
    if fits:
        check("x", value, kind, "right")
        return
    with pytest.raises(TypeError, match=f"^x must be right, not {type(value).__name__}$"):
        check("x", value, kind, "right")


@pytest.mark.parametrize(
    ("value", "bounds", "words"),
    [
        (0, (0, None), None),
        (5, (0, 5), None),
        (None, (0, 5), None),
        (-1, (0, None), "x must be 0 or more"),
        (6, (0, 5), "x must be between 0 and 5"),
    ],
)
def test_a_number_lies_within_its_bounds(value: Any, bounds: Any, words: str | None) -> None:
    """Both are allowed."""
    if words is None:
        check_number("x", value, int | None, *bounds)
        return
    with pytest.raises(ValueError, match=f"^{words}$"):
        check_number("x", value, int | None, *bounds)


def test_what_json_can_not_hold_is_refused() -> None:
    """NaN among it."""
    assert as_json("x", {"a": [1, None]}) == '{"a": [1, null]}'
    for value in (object(), float("nan"), {("a",): 1}):
        with pytest.raises(TypeError, match=r"^x must be something that JSON can hold"):
            as_json("x", value)


def test_a_clock_goes_on_from_where_it_was_put() -> None:
    """It can be stopped, and never goes back."""
    clock = Clock()
    before = time.time()
    assert before <= clock.now() <= time.time()
    clock.advance(1_000)
    assert before + 1_000 <= clock.now() <= time.time() + 1_000
    stop = clock.now() + 50
    clock.set(stop)
    assert clock.now() == clock.now() == stop
    clock.set(stop - 40)
    assert clock.now() == stop
    clock.run()
    assert stop <= clock.now() < stop + 60
    travelled: list[float] = []
    clock.travel = travelled.append
    clock.advance(0)
    clock.advance(7.5)
    assert travelled == [0, 7.5]
    for wrong, kind in ((-1, ValueError), ("1", TypeError), (True, TypeError)):
        given: Any = wrong
        with pytest.raises(kind):
            clock.advance(given)


def test_a_fault_happens_to_the_requests_that_it_is_meant_for() -> None:
    """In order, so many times; those that never happened are known."""
    faults = Faults()
    faults.add(status=500, times=2)
    faults.add(method="post", path="/sessions/*/chat", drop="after")
    assert (len(faults), bool(faults)) == (3, True)
    assert list(faults.unused()) == ["the fault for * *", "the fault for POST /sessions/*/chat"]
    taken = [faults.take("POST", "/sessions/s/chat") for _ in range(4)]
    assert [fault and (fault.status, fault.drop) for fault in taken] == [
        *[(500, None)] * 2,
        (None, "after"),
        None,
    ]
    assert (len(faults), list(faults.unused())) == (0, [])
    faults.add(method="GET", path="/a", delay=1)
    assert faults.take("POST", "/a") is None
    assert faults.take("GET", "/ab") is None
    faults.clear()
    assert faults.take("GET", "/a") is None


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ({}, ValueError),
        ({"status": 199}, ValueError),
        ({"status": 600}, ValueError),
        ({"status": 500, "times": 0}, ValueError),
        ({"cut_after": -1}, ValueError),
        ({"delay": -0.1}, ValueError),
        ({"drop": "x"}, ValueError),
        ({"status": "500"}, TypeError),
        ({"status": 500, "headers": []}, TypeError),
        ({"status": 500, "method": 1}, TypeError),
        ({"status": 500, "path": None}, TypeError),
    ],
)
def test_a_fault_that_is_none_is_refused(fault: Any, kind: type[Exception]) -> None:
    """Nothing is added then."""
    faults = Faults()
    with pytest.raises(kind):
        faults.add(**fault)
    assert len(faults) == 0
    faults.add(cut_after=0)
    assert len(faults) == 1


def test_an_integration_gives_what_is_scripted() -> None:
    """By provider and method; the last result again and again."""
    integrations = Integrations()
    integrations.add("brave", "search", result=[1])
    integrations.add("brave", "search", error="no")
    assert list(integrations.unused()) == ["a result of the integration brave.search"] * 2
    taken = [integrations.take("brave.search") for _ in range(3)]
    assert taken == [([1], None), (None, "no"), (None, "no")]
    assert integrations.take("brave.other") is None
    integrations.clear()
    assert integrations.take("brave.search") is None


def test_the_address_of_a_service_can_be_another() -> None:
    """By the provider's name; functions have the name of a method."""
    integrations = Integrations()
    integrations.provide(
        {
            "wikipedia": "https://de.wikipedia.org/",
            "brave.search": lambda arguments, setup: [arguments, setup],
        }
    )
    assert integrations.addresses["wikipedia"] == "https://de.wikipedia.org"
    assert set(integrations.functions) == {"brave.search"}
    wrong: Any
    for wrong in (
        {"wikipedia": dict},
        {"brave.search": "https://x.test"},
        {"new": "https://x.test"},
    ):
        with pytest.raises(TypeError):
            integrations.provide(wrong)
    with pytest.raises(ValueError, match="address of arxiv must begin with https://"):
        integrations.provide({"arxiv": "localhost"})


@pytest.mark.parametrize(
    ("names", "given"),
    [
        (("brave", "search"), {}),
        (("brave", "search"), {"result": 1, "error": "x"}),
        (("brave", "search"), {"result": object()}),
        (("brave", "search"), {"error": 1}),
        ((1, "search"), {"result": 1}),
        (("brave", None), {"result": 1}),
    ],
)
def test_a_result_that_is_none_is_refused(names: Any, given: Any) -> None:
    """And one beside an error."""
    with pytest.raises(TypeError):
        Integrations().add(*names, **given)


@pytest.mark.parametrize(
    "functions",
    [[], {"brave": print}, {".search": print}, {"brave.": print}, {"brave.search": 1}, {1: print}],
)
def test_what_is_no_function_of_an_integration_is_refused(functions: Any) -> None:
    """Names have a provider and a method."""
    integrations = Integrations()
    with pytest.raises(TypeError):
        integrations.provide(functions)
    assert integrations.functions == {}
    one: Any = max
    other: Any = min
    integrations.provide({"a.b": one})
    integrations.provide({"a.b": other, "a.b.c": one})
    assert integrations.functions == {"a.b": other, "a.b.c": one}


@pytest.mark.parametrize(
    ("pattern", "method", "asked", "fits"),
    [
        ("https://a/b", "*", ("GET", "https://a/b"), True),
        ("https://a/b/", "*", ("GET", "https://a/b"), True),
        ("https://a/b", "*", ("GET", "https://a/b/"), True),
        ("https://a/b", "*", ("GET", "https://a/b?c=d"), True),
        ("https://a/b?c=d", "*", ("GET", "https://a/b?c=d"), True),
        ("https://a/b?c=d", "*", ("GET", "https://a/b"), False),
        ("https://a/*", "*", ("GET", "https://a/b/c?d=e"), True),
        ("https://a/*/c", "*", ("GET", "https://a/b/d"), False),
        ("https://a.b", "*", ("GET", "https://axb"), False),
        ("https://a", "*", ("GET", "https://a/b"), False),
        ("*", "*", ("GET", "http://x"), True),
        ("https://a", "post", ("POST", "https://a"), True),
        ("https://a", "POST", ("GET", "https://a"), False),
    ],
)
def test_an_answer_is_for_the_requests_that_fit(
    pattern: str, method: str, asked: tuple[str, str], fits: bool
) -> None:
    """By method and address."""
    web = Web()
    assert len(web) == 0
    web.add(pattern, method=method, content="x")
    assert len(web) == 1
    assert (web.take(*asked) is not None) is fits
    assert list(web.unused()) == ([] if fits else [f"an answer to {method.upper()} {pattern}"])


def test_an_answer_has_a_body_and_headers() -> None:
    """JSON says that it is; the headers that are given come first."""
    web = Web()
    answers: list[dict[str, Any]] = [
        {"json": {"a": 1}},
        {"content": "é", "status": 404},
        {"content": b"\xff", "headers": {"x": "y"}},
        {"json": [], "headers": {"content-type": "z"}},
        {"error": "no"},
    ]
    for answer in answers:
        web.add("http://a", **answer)
    told = [web.take("GET", "http://a") for _ in range(5)]
    json_type = {"content-type": "application/json"}
    assert told == [
        (200, b'{"a": 1}', json_type, None),
        (404, "é".encode(), {}, None),
        (200, b"\xff", {"x": "y"}, None),
        (200, b"[]", {"content-type": "z"}, None),
        (200, b"", {}, "no"),
    ]
    web.clear()
    assert web.take("GET", "http://a") is None


@pytest.mark.parametrize(
    ("url", "more", "kind"),
    [
        (1, {}, TypeError),
        ("a.b", {}, ValueError),
        ("http://a", {"json": 1, "content": "x"}, TypeError),
        ("http://a", {"json": object()}, TypeError),
        ("http://a", {"content": 1}, TypeError),
        ("http://a", {"status": 199}, ValueError),
        ("http://a", {"status": 600}, ValueError),
        ("http://a", {"headers": {"a": 1}}, TypeError),
        ("http://a", {"headers": {1: "a"}}, TypeError),
        ("http://a", {"headers": []}, TypeError),
        ("http://a", {"error": 1}, TypeError),
        ("http://a", {"method": 1}, TypeError),
    ],
)
def test_an_answer_that_is_none_is_refused(url: Any, more: Any, kind: type[Exception]) -> None:
    """Nothing is scripted then."""
    web = Web()
    with pytest.raises(kind):
        web.add(url, **more)
    assert len(web) == 0


def speak(messages: list[dict[str, Any]]) -> str:
    """Say how many messages there are."""
    return f"{len(messages)} messages"


def test_replies_are_given_in_order() -> None:
    """Texts, calls of functions, and functions of the messages."""
    replies = Replies()
    replies.add("a", [("f", {"n": 1})], speak, delay=2)
    replies.add("b", tool_calls=[("g", {})])
    replies.add(error="no", status=400, chunk_delay=1)
    assert list(replies.unused()) == [
        "the reply 'a'",
        "the reply that calls f",
        "the reply of speak",
        "the reply 'b'",
        "the reply that fails with 'no'",
    ]
    assert len(replies) == 5
    told = [reply.spoken([{}, {}]) for _ in range(5) if (reply := replies.take())]
    assert [reply.text for reply in told] == ["a", None, "2 messages", "b", None]
    assert [list(reply.tool_calls) for reply in told] == [
        [],
        [("f", '{"n": 1}')],
        [],
        [("g", "{}")],
        [],
    ]
    assert [reply.delay for reply in told] == [2, 2, 2, 0, 0]
    assert (told[4].error, told[4].status, told[4].chunk_delay) == ("no", 400, 1)
    assert replies.take() is None
    replies.add("c")
    replies.clear()
    assert len(replies) == 0


async def _coroutine(messages: Any) -> str:
    return str(messages)


NO_REPLIES: list[Any] = [
    ([], {}, ValueError),
    ([1], {}, TypeError),
    ([{}], {}, TypeError),
    ([[]], {}, TypeError),
    ([["f"]], {}, TypeError),
    ([[("f",)]], {}, TypeError),
    ([[(1, {})]], {}, TypeError),
    ([[("f", [])]], {}, TypeError),
    ([[("f", {"a": object()})]], {}, TypeError),
    ([lambda: "a"], {}, TypeError),
    ([_coroutine], {}, TypeError),
    (["a", "b"], {"error": "x"}, TypeError),
    (["a", "b"], {"tool_calls": [("f", {})]}, TypeError),
    ([speak], {"tool_calls": [("f", {})]}, TypeError),
    (["a"], {"status": 399}, ValueError),
    (["a"], {"status": 600}, ValueError),
    (["a"], {"delay": -1}, ValueError),
    (["a"], {"chunk_delay": -1}, ValueError),
    (["a"], {"error": 1}, TypeError),
]


@pytest.mark.parametrize(
    ("said", "more", "kind"),
    NO_REPLIES,
)
def test_a_reply_that_is_none_is_refused(said: Any, more: Any, kind: type[Exception]) -> None:
    """Nothing is added then."""
    replies = Replies()
    with pytest.raises(kind):
        replies.add(*said, **more)
    assert len(replies) == 0


def test_a_script_knows_what_was_never_used() -> None:
    """Of all its parts."""
    script = Script()
    assert list(script.unused()) == []
    script.replies.add("a")
    script.faults.add(status=500)
    script.integrations.add("a", "b", result=1)
    script.web.add("http://a")
    assert [words.split()[1] for words in script.unused()] == ["reply", "fault", "result", "answer"]
    assert script.model_calls == []

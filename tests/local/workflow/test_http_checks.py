"""What is wrong with an `api_call` before it is sent."""

from __future__ import annotations

from typing import Any

import pytest

from julep.local.workflow.api_call_checks import check_api_call
from julep.local.workflow.http_checks import known_mistakes, mistakes

SOUND: dict[str, list[Any]] = {
    "method": ["GET", "get", "M-SEARCH"],
    "url": ["http://a", "HTTPS://a:65535/b?c#d", "http://[::1]:1/"],
    "headers": [{}, {"X-A": ""}, {"a": "b\tc"}],
    "cookies": [{}, {"a": "b c"}],
    "params": ["a=b", {}, {"a": [1, None]}, [["a", 1]], []],
    "data": ["a", {}, {"a": 1}],
    "content": ["", "a"],
    "files": [{}, {"a": "text"}, {"a": ["n"]}, {"a": ["name", "text", "text/plain"]}],
    "follow_redirects": [True, False],
    "include_response_content": [True, False],
    "timeout": [1, 0.001, 1e9],
}
WRONG: dict[str, list[tuple[Any, str]]] = {
    "method": [(1, "a word"), ("", "a word"), ("G T", "a word"), ("connect", "CONNECT")],
    "url": [
        (1, "begins with http"),
        ("a.b", "begins with http"),
        ("ftp://a", "begins with http"),
        ("http://a\n", "line break"),
        ("http://a\x7f", "line break"),
        ("http://a:x", "no valid host or port"),
        ("http://a:65536", "no valid host or port"),
        ("http://a:0", "has the port 0"),
        ("http://", "names no host"),
        ("http:///b", "names no host"),
    ],
    "headers": [
        ([], "an object of names and texts"),
        ({"a b": "c"}, "a name with a character"),
        ({"": "c"}, "a name with a character"),
        ({"a": 1}, "text as the value of a"),
        ({"a": "b\n"}, "the value of a may hold printable"),
        ({"a": " b"}, "no blank at either end"),
        ({"a": "ü"}, "printable ASCII"),
    ],
    "cookies": [({"a": "b\tc"}, "printable ASCII"), ("a=b", "an object")],
    "params": [(1, "an object of names"), (["a"], "an object of names"), ([["a"]], "an object")],
    "data": [([], "JSON goes into json"), (1, "JSON goes into json")],
    "content": [({}, "JSON goes into json"), (1, "JSON goes into json")],
    "files": [
        ([], "an object of names and texts"),
        ({"a": 1}, "an object of names and texts"),
        ({"a": []}, "an object of names and texts"),
        ({"a": ["n", "c", "t", "x"]}, "an object of names and texts"),
        ({"a": ["n", 1]}, "an object of names and texts"),
    ],
    "follow_redirects": [("yes", "true or false"), (1, "true or false")],
    "include_response_content": [(0, "true or false")],
    "timeout": [
        ("1", "a number of seconds"),
        (True, "a number of seconds"),
        (0, "above 0"),
        (-1, "above 0"),
        (float("inf"), "above 0"),
    ],
}


@pytest.mark.parametrize(("name", "value"), [(n, value) for n in SOUND for value in SOUND[n]])
def test_what_can_be_sent_is_no_mistake(name: str, value: Any) -> None:
    """Nor what is left out, or isn't known."""
    assert list(mistakes({name: value, "json": object(), "unknown": 1})) == []
    assert list(mistakes({name: None})) == []


@pytest.mark.parametrize(
    ("name", "value", "words"), [(n, *each) for n in WRONG for each in WRONG[n]]
)
def test_a_mistake_is_told_with_its_field(name: str, value: Any, words: str) -> None:
    """And how to write it; several fields each have their own."""
    ((field, wrong),) = mistakes({name: value})
    assert field == name
    assert words in wrong
    assert {field for field, _ in mistakes({name: value, "content": 1})} == {name, "content"}


@pytest.mark.parametrize("name", ["params", "data", "files", "headers", "cookies"])
def test_a_field_has_no_more_parts_than_are_built_at_once(name: str) -> None:
    """Everybody waits for that; values of a name count as well."""
    (told,) = mistakes({name: {f"a{number}": "b" for number in range(10_001)}})
    assert told == (name, "holds more than 10,000 names and values")
    if name == "params":
        assert list(mistakes({name: {"a": ["b"] * 10_001}})) == [told]


@pytest.mark.parametrize(
    "value",
    [
        "$ _.url",
        " $ _",
        "{_.url}",
        "http://{_.host}:x",
        "_.url",
        "inputs[0]",
        "outputs[0].a",
        "[1]",
    ],
)
def test_what_an_expression_fills_in_is_known_later(value: str) -> None:
    """Anywhere in a value."""
    for given in (value, [value], {"a": value}):
        assert list(known_mistakes({"url": given, "data": [given]})) == []


def test_blanks_around_plain_text_go() -> None:
    """As they do when it is evaluated; what is wrong then is wrong now."""
    assert list(known_mistakes({"url": " http://a\n", "headers": {"a": " b "}})) == []
    assert [name for name, _ in known_mistakes({"url": "a", "headers": {"a": 1}})] == [
        "url",
        "headers",
    ]


TASK: Any = {"tools": [{"name": "api", "api_call": {"url": "http://a"}}, {"name": "other"}]}


@pytest.mark.parametrize(
    ("step", "places"),
    [
        ({"tool": "api", "arguments": {"url": "a"}}, ["main[0].arguments.url"]),
        ({"tool": "api", "arguments": {"url": "http://a"}}, []),
        ({"tool": "api", "arguments": "_"}, []),
        ({"tool": "api"}, []),
        ({"tool": "other", "arguments": {"url": "a"}}, []),
        ({"tool": "unknown", "arguments": {"url": "a"}}, []),
        ({"evaluate": {}, "arguments": {"url": "a"}}, []),
    ],
)
def test_the_arguments_of_a_call_are_checked_in_its_task(step: Any, places: list[str]) -> None:
    """Of tools that are calls of APIs alone."""
    assert [issue.location for issue in check_api_call(TASK, "main[0]", step)] == places
    assert list(check_api_call({}, "main[0]", step)) == []

"""Masking, task tokens, issues, the parts of a task, and JSON from strangers."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from julep.local.workflow.http_json import parse
from julep.local.workflow.issues import Issue
from julep.local.workflow.masking import masked
from julep.local.workflow.task_token import read_task_token, task_token
from julep.local.workflow.tasks import TASK_FIELDS, completed, workflows

SECRET = "a b/ü\"'\\"


@pytest.mark.parametrize(
    "shown",
    [
        SECRET,
        "a%20b/%C3%BC%22%27%5C",
        "a%20b%2F%C3%BC%22%27%5C",
        "a+b%2F%C3%BC%22%27%5C",
        json.dumps(SECRET)[1:-1],
        repr(SECRET)[1:-1],
        repr(SECRET.encode())[2:-1],
    ],
)
def test_a_secret_is_masked_in_every_form(shown: str) -> None:
    """As it is, in URLs, in JSON and as Python shows it."""
    assert masked(f"<{shown}> and <{shown}>", {"KEY": SECRET}) == "<***> and <***>"


@pytest.mark.parametrize("before", ["", "u", "u:", "\0u\0", "julep:"])
@pytest.mark.parametrize("secret", ["pass", "a password", "and a longer one"])
def test_a_secret_in_a_login_is_masked(before: str, secret: str) -> None:
    """Wherever in base64 it begins, no more than its first and last letters' bits are left."""
    login = base64.b64encode(f"{before}{secret}".encode()).decode()
    shown = masked(f"AUTH PLAIN {login}", {"KEY": secret})
    assert "***" in shown
    left = shown.removeprefix("AUTH PLAIN ").replace("***", "").rstrip("=")
    assert len(left) <= (len(before) * 8 + 5) // 6 + 1


@pytest.mark.parametrize(
    ("secrets", "text"),
    [
        ({"KEY": "abcd"}, "x *** y ***e"),
        ({"KEY": "abc"}, "x abcd y abcde"),
        ({"KEY": ""}, "x abcd y abcde"),
        ({"A": "abcd", "B": "abcde"}, "x *** y ***"),
        ({}, "x abcd y abcde"),
    ],
)
def test_longer_secrets_go_first_and_short_words_are_none(
    secrets: dict[str, str], text: str
) -> None:
    """One may begin like another; of fewer than four characters they are parts of too many."""
    assert masked("x abcd y abcde", secrets) == text


def test_a_token_names_an_execution_and_a_wait() -> None:
    """It has letters that URLs take; the id of a wait has no colon."""
    for execution_id in ("a", "ab", "abc", "a:b"):
        token = task_token(execution_id, "w")
        assert token.replace("-", "").replace("_", "").isalnum()
        assert read_task_token(token) == (execution_id, "w")


@pytest.mark.parametrize("token", ["", "x", "é", "====", "AAAA", "_w==", "YQ"])
def test_other_texts_are_no_tokens(token: str) -> None:
    """Whatever they hold."""
    assert read_task_token(token) is None


def test_an_issue_says_where_and_what() -> None:
    """It keeps a task from being created unless it is a warning."""
    issue = Issue.shape("main[0]", "must be one step")
    assert issue.wire() == {
        "location": "main[0]",
        "message": "main[0] must be one step",
        "severity": "error",
        "type": "invalid_shape",
        "details": {},
    }


def test_what_is_no_field_of_a_task_is_a_workflow() -> None:
    """In a task as answers show it, steps have all their fields."""
    task: Any = {**dict.fromkeys(TASK_FIELDS), "main": [{"get": "a"}], "sub": [{"log": "b"}]}
    assert workflows(task) == {"main": [{"get": "a"}], "sub": [{"log": "b"}]}
    shown: Any = completed(task)
    assert shown["main"][0] == {"get": "a", "kind_": "get", "label": None}
    assert shown["sub"][0]["log"] == "b"
    assert {name: shown[name] for name in TASK_FIELDS} == dict.fromkeys(TASK_FIELDS)
    assert task["main"] == [{"get": "a"}]


def nested(depth: int) -> str:
    """So many lists, each in another."""
    return "[" * depth + "]" * depth


@pytest.mark.parametrize(
    ("content", "value"),
    [
        (b'{"a": [1, "x"]}', {"a": [1, "x"]}),
        ('"ü"'.encode("utf-16"), "ü"),
        (b"\xef\xbb\xbf1", 1),
        (b"", None),
        (b"<html>", None),
        (b"\xff", None),
        (b"[NaN, Infinity, -Infinity, 1e999, 1.5]", [None, None, None, None, 1.5]),
        (b'["\\ud83d", "\\ud83d\\ude00"]', ["\ufffd", "😀"]),
        (b"[" + b"1," * 500_000 + b"1]", [1] * 500_001),
        (b"[" + b"1," * 500_001 + b"1]", None),
        (b"[" + b"[]" + b",[]" * 99_998 + b"]", [list[int]()] * 99_999),
        (b"[" + b"[]" + b",[]" * 99_999 + b"]", None),
    ],
    ids=lambda it: str(it)[:20],
)
def test_json_of_strangers_is_kept_as_far_as_it_can_be(content: bytes, value: Any) -> None:
    """What JSON doesn't know is mended; what would take too long is null."""
    assert parse(content) == value


@pytest.mark.parametrize(
    ("depth", "is_kept"), [(1, True), (200, True), (201, False), (9_999, False)]
)
def test_values_may_be_two_hundred_levels_deep(depth: int, is_kept: bool) -> None:
    """However many others stand beside."""
    text = f'[{nested(depth - 1)[:] or 1}, {{"a": [0]}}]' if depth > 1 else "[]"
    assert (parse(text.encode()) is not None) is is_kept

"""`api_call` steps: mistakes, retries, secrets, and JSON that isn't quite JSON."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from julep.local.workflow.ports import EffectError, HttpReply
from tests.local.conftest import JSON
from tests.local.workflow.driver import Story, run
from tests.local.workflow.fakes import ScriptedEffects


def _run(arguments: JSON, effects: ScriptedEffects | None = None, **definition: Any) -> Story:
    spec = {"method": "GET", "url": "http://a/", **definition}
    tool = {"name": "api", "type": "api_call", "api_call": spec}
    # Only a run can tell what expressions give.
    written = {name: f"$ _['{name}']" for name in arguments}
    task = {"tools": [tool], "main": [{"tool": "api", "arguments": written}]}
    return run(task, arguments, effects=effects or ScriptedEffects())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"method": 5}, "method must be a word such as GET"),
        ({"method": "GE T"}, "method must be a word"),
        ({"method": "connect"}, "opens a tunnel"),
        ({"url": "a/b"}, "begins with http:// or https://"),
        ({"url": "file:///etc/passwd"}, "begins with http://"),
        ({"url": 5}, "begins with http://"),
        ({"url": "http://"}, "names no host"),
        ({"url": "http://h:99999/"}, "from 1 to 65535"),
        ({"url": "http://h:0/"}, "from 1 to 65535"),
        ({"url": "http://h:x/"}, "from 1 to 65535"),
        ({"url": "http://h/\r\nX: 1"}, "line break"),
        ({"headers": {"X": "a\r\nb"}}, "no line break"),
        ({"headers": {"X": "a\u0000"}}, "printable ASCII"),
        ({"headers": {"X": "é"}}, "printable ASCII"),
        ({"headers": {"X": " a"}}, "no blank at either end"),
        ({"headers": {"X": 5}}, "text as the value of X"),
        ({"headers": {"X Y": "a"}}, "holds a name"),
        ({"headers": ["a"]}, "must be an object of names and texts"),
        ({"cookies": {"a": "b\nX: 1"}}, "no line break"),
        ({"cookies": "a=b"}, "must be an object"),
        ({"params": 5}, "params must be an object"),
        ({"params": ["a"]}, "params must be an object"),
        ({"data": [1]}, "JSON goes into json"),
        ({"content": {"a": "b"}}, "JSON goes into json"),
        ({"files": ["a"]}, "files must be an object"),
        ({"follow_redirects": "yes"}, "must be true or false"),
    ],
)
def test_a_call_that_can_never_be_sent_fails_at_once(arguments: JSON, message: str) -> None:
    """The error names the field and how to write it; nothing is sent."""
    told = _run(arguments)
    assert told.view.status == "failed"
    assert message in told.output
    assert (told.effects.http_calls, told.effects.slept) == ([], [])


@pytest.mark.parametrize(
    ("definition", "message"),
    [
        ({"headers": {"X": "$ 'a\\n'"}}, "no line break"),
        ({"timeout": "$ 0"}, "above 0"),
        ({"timeout": "soon"}, "number of seconds"),
        ({"headers": ["a"]}, "must be an object"),
    ],
)
def test_a_tool_with_a_mistake_fails_at_once(definition: dict[str, Any], message: str) -> None:
    """What its expressions give is checked like what a step says."""
    assert message in _run({}, **definition).output


def test_a_refused_value_is_not_shown() -> None:
    """A header with a mistake in it may still be a key."""
    assert "s3cret" not in _run({"headers": {"Authorization": "s3cret\n"}}).output


def test_pairs_and_texts_are_parameters_too() -> None:
    """Whatever can be sent is."""
    for value in ({"a": ["1", "2"]}, "a=1", [["a", "1"], ["a", "2"]]):
        told = _run({"params": value, "data": {"b": "c"}, "method": "PURGE"})
        assert told.view.status == "succeeded", told.output


def test_a_host_that_refuses_fails_soon_and_is_told_meanwhile(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A few attempts within its patience, each with its reason in the log."""
    refused = EffectError("ConnectError: refused", transient=True, patience=10)
    told = _run({}, ScriptedEffects(http_replies=[refused] * 20))
    assert told.output == "ConnectError: refused"
    assert told.effects.slept == [1, 2, 4]
    assert caplog.messages[0].endswith("tries again in 1 s: ConnectError: refused")
    assert {record.levelno for record in caplog.records} == {logging.WARNING}


def test_errors_and_logs_show_no_secret_in_any_form(caplog: pytest.LogCaptureFixture) -> None:
    """As it is, as it stands in a URL, and as JSON has it."""
    secret = 'p&ss "wörd"/1'
    forms = (
        secret,
        "p%26ss%20%22w%C3%B6rd%22/1",
        "p%26ss+%22w%C3%B6rd%22%2F1",
        r"p&ss \"w\u00f6rd\"/1",
    )
    failure = EffectError(" | ".join(forms), transient=True, patience=2)
    effects = ScriptedEffects(http_replies=[failure] * 3)
    effects.known_secrets = {"PASS": secret}
    told = _run({}, effects)
    assert told.output == "*** | *** | *** | ***"
    assert "rd" not in caplog.messages[0].partition("s: ")[2]


def test_an_expression_that_fails_shows_no_secret() -> None:
    """Whatever its error repeats."""
    effects = ScriptedEffects()
    effects.known_secrets = {"KEY": "s3cret", "SHORT": "in"}
    told = _run({}, effects, headers={"X": "$ int(secrets.KEY)"})
    assert "invalid literal for int() with base 10: '***'" in told.output


def test_a_refusal_shows_no_login_of_the_url() -> None:
    """Name and password in the URL are masked where the answer is a refusal."""
    reply = HttpReply(status_code=401, headers={}, content=b"", reason="Unauthorized")
    told = _run({"url": "http://me:s3cret@a/b"}, ScriptedEffects(http_replies=[reply]))
    assert "for url 'http://***@a/b'" in told.output


@pytest.mark.parametrize(
    ("content", "value"),
    [
        (b'{"a": NaN, "b": [Infinity, -Infinity, 1e999]}', {"a": None, "b": [None, None, None]}),
        (rb'{"a": "x\ud83dy", "\udc00": 1}', {"a": "x\ufffdy", "\ufffd": 1}),
        (rb'"\ud83d\ude00"', "\U0001f600"),
        ("\ufeff[1]".encode(), [1]),
        ('{"é": 1}'.encode("utf-16"), {"é": 1}),
        (b"[" * 100_000, None),
        (b"[" * 300 + b"]" * 300, None),
        (b"[" + b"[]," * 200_000 + b"[]]", None),
        (b"9" * 100_000, None),
        (b"\xff\xfe\xfd", None),
        (b"<html>", None),
    ],
)
def test_odd_json_fails_no_step(content: bytes, value: Any) -> None:
    """What JSON doesn't know becomes null or U+FFFD, and what can't be kept is null as a whole."""
    reply = HttpReply(status_code=200, headers={}, content=content)
    told = _run({}, ScriptedEffects(http_replies=[reply]), include_response_content=False)
    assert told.output == {"status_code": 200, "headers": {}, "json": value}


def test_a_tools_own_header_goes_before_in_any_case() -> None:
    """A step can't add a second key beside the tool's."""
    told = _run({"headers": {"AUTHORIZATION": "mine", "X": "1"}}, headers={"Authorization": "its"})
    assert told.effects.http_calls[0].headers == {"X": "1", "Authorization": "its"}

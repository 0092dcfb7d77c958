"""The parts of commands that need no server."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import click
import pytest

from julep.cli import kept_key
from julep.cli.answers import NoAnswer, read, read_words
from julep.cli.interrupts import Deferred
from julep.cli.last_sessions import Known, last, remember
from julep.cli.option_values import merged_objects, named_values
from julep.cli.plain_text import as_json, in_a_line, in_lines
from julep.cli.records import record
from julep.cli.screen import Screen
from tests.cli.conftest import HOSTILE

_NONE: Any = None
_KEEP_A_KEY_ON_A_FULL_DISK = """
import os, resource, sys
from pathlib import Path
from julep.cli import kept_key
place = Path(sys.argv[1])
before = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (5, before[1]))
problem = kept_key.keep(place, "secret-key")
left = os.listdir(place.parent)
resource.setrlimit(resource.RLIMIT_FSIZE, before)
print(problem, left)
print(kept_key.keep(place, "secret-key"))
print(os.listdir(place.parent), kept_key.read(place))
"""


def test_text_for_terminals_keeps_what_letters_need() -> None:
    """Joiners of emoji, accents and blanks of other scripts stay; what commands goes."""
    kept = "é 👩‍💻\u00a0\u3000漢"
    assert in_a_line(kept) == in_lines(kept) == kept
    assert in_a_line("a\tb\r\nc\ud800\x7f") == r"a\x09b\x0d\x0ac\ud800\x7f"
    assert in_lines("a\tb\r\nc\x1b[") == "a\tb\nc\\x1b["


def test_json_for_terminals_is_the_same_json() -> None:
    """Whatever is written as an escape is read as what it was."""
    value = {HOSTILE: [HOSTILE, "é\n", "\ud800"]}
    for indent in (None, 2):
        text = as_json(value, indent=indent)
        assert json.loads(text) == value
        assert not set("\x1b\x07\x9b\u202e\ud800") & set(text)
    assert "\n" not in as_json(value)


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ('{"ok": true}', {"ok": True}),
        ("ok=true why='not now' n=007", {"ok": True, "why": "not now", "n": "007"}),
        ("yes", {"answer": "yes"}),
        ('"yes"', {"answer": "yes"}),
        ("3", {"answer": 3}),
        ("it's = fine", {"answer": "it's = fine"}),
    ],
)
def test_an_answer_is_json_or_pairs_or_a_text(line: str, answer: dict[str, Any]) -> None:
    """Whether it was typed, or came from a pipe."""
    assert read(line) == read_words([line]) == answer


def test_an_answer_of_several_words_is_pairs_or_a_text() -> None:
    """As the shell has split it."""
    assert read_words(["ok=true", "why=not now"]) == {"ok": True, "why": "not now"}
    assert read_words(["not", "now=1", "!"]) == {"answer": "not now=1 !"}


@pytest.mark.parametrize("text", ["{", '["a", ', '"yes', "n=[1", 'ok=true n={"a"'])
def test_broken_json_is_no_answer(text: str) -> None:
    """What begins like JSON was meant to be JSON."""
    for words in ([text], text.split()):
        with pytest.raises(NoAnswer, match=r"this is no answer: .*it is not JSON"):
            read_words(words)


@pytest.mark.parametrize("text", ['{"a": 1', "[1", '"a', "a=[1", 'a={"b": 1', 'a="b', "@"])
def test_broken_json_is_no_input(text: str, tmp_path: Path) -> None:
    """Neither of its own, nor as a value or in a file; it would run as a text."""
    if text == "@":
        file = tmp_path / "broken.json"
        file.write_text("[1")
        text += str(file)
    with pytest.raises(click.BadParameter, match="it is not JSON"):
        merged_objects(_NONE, _NONE, [text])


def test_inputs_are_put_together(tmp_path: Path) -> None:
    """Objects, files and pairs; later ones go before."""
    file = tmp_path / "input.json"
    file.write_text('{"a": 1, "b": 2}')
    given = [f"@{file}", '{"b": 3}', "c=x=y", "d=[1]"]
    assert merged_objects(_NONE, _NONE, given) == {"a": 1, "b": 3, "c": "x=y", "d": [1]}
    assert named_values(_NONE, _NONE, ["a=1"]) == {"a": 1}
    with pytest.raises(click.BadParameter, match="form name=value"):
        named_values(_NONE, _NONE, ["=1"])


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (200, [["id", "name", "created"], ["1" * 36, "n" * 50, "today"]]),
        (60, [["id", "name", "created"], ["1" * 36, f"{'n' * 10}…", "today"]]),
        (50, [["id", "name"], ["1" * 36, "nnnnnnnnn…"]]),
        (20, [["id", "name"], ["1" * 36, "nnnnnnn…"]]),
    ],
)
def test_ids_are_whole_in_narrow_windows(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    width: int,
    shown: list[list[str]],
) -> None:
    """They are there to be copied: names are cut first, and times go; what is empty never comes."""
    monkeypatch.setenv("COLUMNS", str(width))
    names, row = ("id", "name", "model", "created"), ("1" * 36, "n" * 50, "", "today")
    Screen().table("", names, [row])
    assert [line.split() for line in capsys.readouterr().out.splitlines()] == shown


def test_input_may_come_from_stdin(monkeypatch: pytest.MonkeyPatch) -> None:
    """As `@-`."""
    monkeypatch.setattr("sys.stdin", StringIO('{"a": 1}'))
    assert merged_objects(_NONE, _NONE, ["@-"]) == {"a": 1}


def test_a_file_that_holds_no_key_is_told_at_once(tmp_path: Path) -> None:
    """A pipe that nobody writes to is not waited for, and a huge file not read."""
    pipe, huge = tmp_path / "pipe", tmp_path / "huge"
    os.mkfifo(pipe, 0o600)
    huge.touch(0o600)
    os.truncate(huge, 1 << 34)
    for file in (pipe, huge):
        with pytest.raises(ValueError, match="holds no key"):
            kept_key.read(file)


def test_a_key_is_kept_whole_or_not_at_all(tmp_path: Path) -> None:
    """On a full disk nothing is left that the next start would have to read."""
    command = [sys.executable, "-c", _KEEP_A_KEY_ON_A_FULL_DISK, str(tmp_path / "agents.db.key")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    full, after, kept = done.stdout.splitlines()
    assert "File too large" in full
    assert full.endswith("[]")
    assert (after, kept) == ("None", "['agents.db.key'] secret-key")


def test_a_record_has_an_end() -> None:
    """However deep a value is."""
    value: list[Any] = []
    for _ in range(50_000):
        value = [value]
    lines = list(record({"a": value}))
    assert (lines[0], lines[-1].strip(), len(lines)) == ("a:", "- …", 21)


def test_the_last_session_is_that_of_a_server_and_an_agent(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Others are remembered beside it, and a broken file is none."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    assert last("u") is None
    for session, agent in (("1", "a"), ("2", "b"), ("3", "a"), ("1", "a")):
        remember(Known("u", agent, session))
    remember(Known("v", "a", "4"))
    assert last("u") == Known("u", "a", "1")
    assert last("u", "b") == Known("u", "b", "2")
    (file,) = tmp_path.rglob("sessions.json")
    file.write_text('[{"url": "u"}, 3')
    assert last("u") is None


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_waits_for_what_must_not_be_left_half(number: signal.Signals) -> None:
    """The first one is noted, the second one ends it."""
    before = signal.getsignal(number)
    with Deferred() as interrupt:
        signal.raise_signal(number)
        assert interrupt.is_due
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(number)
    assert signal.getsignal(number) is before

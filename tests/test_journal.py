"""The file that keeps what is done of many runs."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from julep import Execution
from julep._runs.journal import Journal


def done(id: str, output: Any = None) -> Execution:
    """An execution that has succeeded."""
    return Execution(id=id, task_id="t1", status="succeeded", input={}, output=output)


def ids(journal: Journal, *keys: str) -> list[str | None]:
    """The ids of the executions of these keys."""
    found = map(journal.get, keys)
    return [None if one is None else one.id for one in found]


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    """By who wrote it, and by who comes later."""
    journal = Journal(tmp_path / "runs.jsonl", None)
    for id in ("e1", "e2"):
        journal.add(f"key of {id}", done(id, {"ä": "x" * 100_000}))
    later = Journal(tmp_path / "runs.jsonl", None)
    assert later.get("key of e2") == journal.get("key of e2") == done("e2", {"ä": "x" * 100_000})
    assert ids(later, "key of e1", "key of e3") == ["e1", None]


def test_a_line_that_was_cut_is_lost_alone(tmp_path: Path) -> None:
    """Wherever: what comes before it stays, and what is written after it is read."""
    file = tmp_path / "runs.jsonl"
    Journal(file, None).add("1", done("e1"))
    before = file.stat().st_size
    Journal(file, None).add("2", done("e2", "ä"))
    whole = file.read_bytes()
    for cut in range(before, len(whole) - 1):
        file.write_bytes(whole[:cut])
        Journal(file, None).add("3", done("e3"))
        assert ids(Journal(file, None), "1", "2", "3") == ["e1", None, "e3"]


@pytest.mark.parametrize("line", [b"7", b'{"key": 1}', b'{"key": "x"}', b"\xff\xfe", b"[]", b""])
def test_other_lines_are_passed_over(tmp_path: Path, line: bytes) -> None:
    """Whatever they say, they are nothing that is done."""
    file = tmp_path / "runs.jsonl"
    file.write_bytes(line + b"\n")
    journal = Journal(file, None)
    journal.add("y", done("e1"))
    assert ids(Journal(file, None), "x", "y") == [None, "e1"]


def test_several_may_write_at_a_time(tmp_path: Path) -> None:
    """Their lines don't get mixed up."""
    file = tmp_path / "runs.jsonl"
    keys = [str(number) for number in range(50)]

    def write(letter: str) -> None:
        journal = Journal(file, None)
        for key in keys:
            journal.add(letter + key, done(letter + key, letter * 10_000))
        assert ids(journal, *(letter + key for key in keys)) == [letter + key for key in keys]

    with ThreadPoolExecutor(3) as threads:
        list(threads.map(write, "abc"))
    everything = [letter + key for letter in "abc" for key in keys]
    assert ids(Journal(file, None), *everything) == everything


def test_keys_are_position_and_hash(tmp_path: Path) -> None:
    """The order of an object's keys is no difference; a place in the row or a value is."""
    journal = Journal(tmp_path / "runs.jsonl", None)
    assert journal.key(1, {"a": 1, "b": 2}) == journal.key(1, {"b": 2, "a": 1})
    others = [journal.key(2, {"a": 1}), journal.key(1, {"a": 1}), journal.key(1, {"a": 1.5})]
    assert len(set(others)) == 3

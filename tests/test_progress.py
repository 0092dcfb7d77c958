"""What is told on stderr while a task runs."""

from __future__ import annotations

import io
import sys

import pytest

from julep import ExecutionTimeout
from julep._progress import Progress
from julep.local import LocalServer

from .conftest import Face
from .test_map import DOUBLE, SLEEP, mill


class Terminal(io.StringIO):
    """A terminal."""

    def isatty(self) -> bool:
        """Tell that it is one."""
        return True


class Notebook(io.StringIO):
    """The output of a cell, as Jupyter's kernel has it."""

    __module__ = "ipykernel.iostream"


@pytest.mark.parametrize("kind", [Terminal, Notebook])
def test_a_line_is_kept_up_to_date(
    kind: type[io.StringIO], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever was longer is wiped out, it gives way to others, and the last state stays."""
    stream = kind()
    monkeypatch.setattr(sys, "stderr", stream)
    with Progress(is_wanted=True) as progress:
        progress.show("a long state")
        progress.clear()
        progress.show("short")
        progress.show("shown too soon after the other to be seen")
        progress.show("end")
    lines = ["a long state, 0 s", " " * 17, "", "short, 0 s", "end, 0 s  \n"]
    assert stream.getvalue() == "\r" + "\r".join(lines)


def test_elsewhere_news_are_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same again is no news, and neither is what comes too soon but the last."""
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    with Progress(is_wanted=True) as progress:
        for state in ("begun", "begun", "halfway", "done"):
            progress.show(state)
            progress.clear()
    assert stream.getvalue() == "begun, 0 s\ndone, 0 s\n"


def test_nothing_fails_for_want_of_a_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """There may be no stderr, or a closed one."""
    closed = io.StringIO()
    closed.close()
    for stream in (None, closed):
        monkeypatch.setattr(sys, "stderr", stream)
        with Progress(is_wanted=True) as progress:
            progress.show("begun")


async def test_runs_tell_how_far_they_are(
    face: Face, julep_server: LocalServer, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of one its status, of many how many are done; and nothing unless it is asked for."""
    at = await mill(face, julep_server, DOUBLE)
    await at.take([{"n": 1}])
    assert capsys.readouterr().err == ""
    await at.take([{"n": n} for n in range(4)], progress=True)
    assert capsys.readouterr().err.splitlines()[-1].startswith("4 of 4 done, 0 running, ")
    await at.take(iter([{"n": 1}, {}]), progress=True, on_error="collect")
    assert capsys.readouterr().err.splitlines()[-1].startswith("2 of 2 done (1 failed), 0 running")
    await face.call(at.client.tasks.run, at.task, input={"n": 1}, progress=True)
    assert capsys.readouterr().err.splitlines()[-1].startswith("succeeded, transition 2, ")
    at = await mill(face, julep_server, SLEEP)
    with pytest.raises(ExecutionTimeout):
        await face.call(at.client.tasks.run, at.task, timeout=0.1, progress=True)
    assert capsys.readouterr().err.startswith("starting, 0 s\n")

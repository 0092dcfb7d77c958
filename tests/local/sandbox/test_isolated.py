"""Strangers' text in worker processes: what crosses, what ends, and who goes on meanwhile."""

from __future__ import annotations

import datetime as dt
import os
import pickle
import subprocess
import sys
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import anyio
import pytest

from julep.local.errors import BadRequest
from julep.local.sandbox import isolated, transfer
from julep.local.sandbox.budget import LimitExceeded
from julep.local.sandbox.expressions import EvaluateError
from julep.local.sandbox.pool import Pool
from julep.local.sandbox.values import NotJson
from julep.local.sandbox.worker_process import environment

# Thousands of comparisons of long texts that differ at their end, in one call in C.
_ENDLESS = "$ (['a' * 2000000 + 'c'] * 100000).count('a' * 2000000 + 'b')"
_FOUR_AND_A_SPARE = 5
_posix_only = pytest.mark.skipif(sys.platform == "win32", reason="no limits by the system")


@pytest.fixture(params=["asyncio", "trio"])
def run(request: pytest.FixtureRequest) -> Callable[[Callable[[], Awaitable[Any]]], Any]:
    """Runs an async function on each kind of event loop."""
    return lambda main: anyio.run(main, backend=request.param)


def test_plain_data_crosses_as_it_is() -> None:
    """Python's plain types survive, and with them what expressions make of numbers and times."""
    values: list[Any] = [
        *(None, True, 1, 2.5, 1j, "é", b"b", [1], (1, 2), {1: {"a": None}}, {1, 2}, frozenset("a")),
        *(range(3), dt.datetime(2025, 1, 2, tzinfo=dt.timezone.utc), dt.date(2025, 1, 2)),  # noqa: UP017 - as written
        *(dt.timedelta(1), dt.time(1, 2), UUID(int=7)),
    ]
    for value in values:
        crossed = transfer.load(transfer.dump(value))
        assert (crossed, type(crossed)) == (value, type(value))


def test_what_is_not_data_stays_behind() -> None:
    """Functions, modules and matches come out as stand-ins that know their type only."""
    for value in (len, os, object(), zip([1], strict=True), pickle):
        crossed = transfer.load(transfer.dump([value]))[0]
        assert isinstance(crossed, transfer.Opaque)
        assert type(crossed).__name__ == type(value).__name__


class _Command:
    def __reduce__(self) -> Any:
        return os.getenv, ("PATH",)


@pytest.mark.parametrize("value", [_Command(), os.getenv, Pool, subprocess.Popen])
def test_nothing_that_acts_is_let_in(value: Any) -> None:
    """A worker that was taken over can't make the server call anything."""
    with pytest.raises(pickle.UnpicklingError, match="does not cross"):
        transfer.load(pickle.dumps(value))


@pytest.mark.parametrize(("said", "expression"), [("$ 1", "$ 1"), (5, None), (["$ 1"], None)])
def test_the_expression_of_an_error_is_text(said: object, expression: str | None) -> None:
    """A worker that was taken over may say anything."""
    error = transfer.named_error("EvaluateError", "no", said)
    assert isinstance(error, EvaluateError)
    assert error.expression == expression


def test_results_and_errors_come_back(run: Any) -> None:
    """A worker's answer is what evaluating here would give, or the same error."""

    async def main() -> None:
        names = {"_": lambda: {"n": 20}, "unused": lambda: pytest.fail("it is not mentioned")}
        assert await isolated.evaluate({"a": ["$ _.n + 1", "b"], "c": 3}, names) == {
            "a": [21, "b"],
            "c": 3,
        }
        assert await isolated.render(["{{ n }}", "plain", "{% if n %}y{% endif %}"], {"n": 1}) == [
            "1",
            "plain",
            "y",
        ]
        assert await isolated.fold("results + _", 1, [2, 3], names) == 6
        assert await isolated.load_yaml("a: [1, 2]") == {"a": [1, 2]}
        assert await isolated.schema_problem({"type": "object"}) is None
        assert await isolated.schema_problem({"type": "thing"})
        assert await isolated.input_problem({"type": "object"}, {}) is None
        assert "not of type" in str(await isolated.input_problem({"type": "object"}, [1]))
        with pytest.raises(EvaluateError, match="Did you mean 'unused' instead of 'unussed'"):
            await isolated.evaluate("$ unussed", names)
        with pytest.raises(BadRequest, match="is undefined"):
            await isolated.render(["{{ a.b.c }}"], {})
        with pytest.raises(NotJson, match="too big"):
            await isolated.evaluate("$ [[0] * 1000 for i in range(1000)]", names)
        with pytest.raises(ValueError, match="tag"):
            await isolated.load_yaml("!!int ''")
        with pytest.raises(LimitExceeded):
            await isolated.load_yaml("[" * 1000)

    run(main)


def test_errors_tell_no_addresses(run: Any) -> None:
    """What libraries say of their own objects is told without where in memory those are."""

    async def main() -> None:
        with pytest.raises(EvaluateError, match="Invoked with") as told:
            await isolated.evaluate("$ re.search('a', [1])", {})
        assert "0x" not in str(told.value)

    run(main)


def test_names_are_sent_however_they_are_written(run: Any) -> None:
    """A name in letters of another width is the same name to Python."""

    async def main() -> None:
        assert await isolated.evaluate("$ \uff4eumber", {"number": lambda: 7}) == 7

    run(main)


def test_what_an_expression_changes_stays_with_it(run: Any) -> None:
    """The next evaluation finds the values that this one was given."""

    async def main() -> None:
        state = {"list": [1]}
        names = {"state": lambda: state}
        code = "$ [state.list.append(2), state.update({'x': 1}), len(state.list)][2]"
        assert [await isolated.evaluate(code, names) for _ in range(2)] == [2, 2]
        assert state == {"list": [1]}

    run(main)


@pytest.mark.slow
@_posix_only
def test_others_are_answered_while_one_call_goes_on(run: Any) -> None:
    """One long operation holds its own caller only, and ends in an error of that caller."""
    order: list[str] = []

    async def hold() -> None:
        with pytest.raises(EvaluateError, match="time or memory"):
            await isolated.evaluate(_ENDLESS, {})
        order.append("held")

    async def main() -> None:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(hold)
            for number in range(5):
                assert await isolated.evaluate("$ sum([_, 1])", {"_": lambda: 1}) == 2
                order.append(str(number))
        assert await isolated.evaluate("$ sum([_, 1])", {"_": lambda: 1}) == 2

    run(main)
    assert order[-1] == "held"


def test_who_goes_away_ends_what_they_asked_for(run: Any) -> None:
    """A cancelled evaluation does not keep a worker, nor the event loop from ending."""

    async def main() -> None:
        with anyio.move_on_after(0.01):
            await isolated.evaluate(_ENDLESS, {})
        assert await isolated.evaluate("$ sum([1, 1])", {}) == 2

    run(main)


def test_a_cancelled_start_is_no_failed_start(caplog: pytest.LogCaptureFixture) -> None:
    """Who leaves while the first worker starts does not make the server do without workers."""
    pool = Pool()

    async def main() -> None:
        with anyio.move_on_after(0.05):
            await pool.run("evaluate", _ENDLESS, {})
        assert await pool.run("evaluate", "$ 1 + 1", {}) == 2

    anyio.run(main)
    pool.close()
    assert caplog.messages == []


def test_workers_are_kept_while_there_is_much_to_do() -> None:
    """Four at once again and again end none of the processes and start no others."""
    pool = Pool()

    async def at_once(rounds: int) -> None:
        async def some() -> None:
            for _ in range(rounds):
                assert await pool.run("evaluate", "$ 1 + 1", {}) == 2

        async with anyio.create_task_group() as tasks:
            for _ in range(4):
                tasks.start_soon(some)

    async def main() -> None:
        await at_once(5)
        for _ in range(500):
            if len(pool._idle) == _FOUR_AND_A_SPARE:
                break
            await anyio.sleep(0.02)
        first = set(pool._idle)
        await at_once(20)
        assert set(pool._idle) == first

    anyio.run(main)
    pool.close()


def test_long_values_cross(run: Any) -> None:
    """A pipe takes a long request in pieces, and gives its answer in pieces."""

    async def main() -> None:
        text = "word " * 200_000
        assert await isolated.evaluate("$ _ + 'end'", {"_": lambda: text}) == f"{text}end"

    run(main)


def test_workers_get_nothing_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys that the server has in variables are not there to be read."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    kept = environment()
    assert "sk-secret" not in str(kept)
    assert kept.keys() <= {
        "LANG", "LC_ALL", "LD_LIBRARY_PATH", "PYTHONHOME", "PYTHONPATH", "SYSTEMROOT", "TZ"
    }  # fmt: skip


_LOCKED = """
from julep.local.worker.__main__ import close_doors
close_doors()
try:
    {}
except (OSError, MemoryError) as error:
    print(type(error).__name__)
else:
    print("it was possible")
"""


@_posix_only
@pytest.mark.parametrize(
    "deed",
    [
        "open('/etc/hostname')",
        "__import__('socket').socket()",
        "__import__('subprocess').run(['true'])",
        "bytearray(1 << 30)",
    ],
)
def test_a_worker_opens_nothing_after_its_start(deed: str) -> None:
    """Who gets past all lists finds no files, no network and little memory."""
    command = [sys.executable, "-c", _LOCKED.format(deed)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout.strip() in {"OSError", "MemoryError"}, done.stderr


@pytest.mark.parametrize("executable", ["", "/nowhere/python", "/bin/false", "/opt/frozen-program"])
def test_without_an_interpreter_a_thread_evaluates(
    monkeypatch: pytest.MonkeyPatch, executable: str
) -> None:
    """Programs that can't start Python evaluate all the same, within the same budget."""
    pool = Pool()
    monkeypatch.setattr(sys, "executable", executable)

    async def main() -> None:
        assert await pool.run("render", ["{{ 1 + 1 }}"], {}) == ["2"]
        with pytest.raises(BadRequest, match="Template"):
            await pool.run("render", ["{{ 'a' * 10**9 }}"], {})

    anyio.run(main)
    pool.close()


_FORKED = """
import os, anyio
from julep.local.sandbox.pool import POOL

def right():
    async def main():
        sources = ["{{ %d }}" % (os.getpid() * 1000 + i) for i in range(200)]
        return [await POOL.run("render", [each], {}) for each in sources]
    got = anyio.run(main)
    return got == [[str(os.getpid() * 1000 + i)] for i in range(200)]

assert right()
children = []
for _ in range(2):
    if (child := os.fork()) == 0:
        os._exit(0 if right() else 1)
    children.append(child)
assert right()
assert all(os.waitpid(child, 0)[1] == 0 for child in children)
print("right")
"""


@_posix_only
def test_forked_processes_do_not_share_workers() -> None:
    """Parent and children each get the answers to their own questions."""
    command = [sys.executable, "-c", _FORKED]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "right", done.stderr

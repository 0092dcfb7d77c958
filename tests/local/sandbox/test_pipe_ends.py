"""Messages to and from a process, whatever waits for them."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager

import anyio
import pytest

from julep.local.sandbox.pipe_ends import PolledEnds, ThreadedEnds

_ECHO = """
import sys
from julep.local.sandbox import frames
while (message := frames.read(sys.stdin.buffer)) is not None:
    frames.write(sys.stdout.buffer, message)
"""
_polled = pytest.param(
    PolledEnds, marks=pytest.mark.skipif(sys.platform == "win32", reason="pipes can't be polled")
)
_kinds = pytest.mark.parametrize("kind", [_polled, ThreadedEnds])
_backends = pytest.mark.parametrize("backend", ["asyncio", "trio"])


@contextmanager
def _running(code: str) -> Generator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        yield process
        process.kill()


@_kinds
@_backends
def test_messages_of_any_length_go_there_and_back(
    kind: type[PolledEnds | ThreadedEnds], backend: str
) -> None:
    """Those that are longer than a pipe too."""

    async def main() -> None:
        with _running(_ECHO) as process:
            assert process.stdin
            assert process.stdout
            ends = kind(process.stdin, process.stdout)
            for message in (b"", b"one", b"two" * 100_000):
                await ends.write(message)
                assert await ends.read() == message

    anyio.run(main, backend=backend)


@_kinds
@_backends
def test_a_process_that_ended_is_told_apart(
    kind: type[PolledEnds | ThreadedEnds], backend: str
) -> None:
    """It answers nothing and takes nothing."""

    async def main() -> None:
        with _running("print(end='one')") as process:
            assert process.stdin
            assert process.stdout
            process.wait()
            ends = kind(process.stdin, process.stdout)
            assert await ends.read() is None
            with pytest.raises(OSError, match=r"Broken pipe|Invalid argument"):
                await ends.write(b"one")
            with contextlib.suppress(OSError):
                process.stdin.close()

    anyio.run(main, backend=backend)


@_kinds
def test_a_length_beyond_all_messages_is_refused(kind: type[PolledEnds | ThreadedEnds]) -> None:
    """Nothing of it is read."""

    async def main() -> None:
        with _running("print(end='one two three')") as process:
            assert process.stdin
            assert process.stdout
            with pytest.raises(ValueError, match="A message of"):
                await kind(process.stdin, process.stdout).read()

    anyio.run(main)

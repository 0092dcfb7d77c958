"""The `julep` command, also `python -m julep`.

Until `main` is called, nothing that Ctrl-C does is in our hands: as little as possible is imported by then.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NoReturn

_INTERRUPTED = 130
"""What a shell expects of a program that Ctrl-C ended: 128 and the number of the signal."""
_NEEDED = {"click", "rich"}
"""What the extra `cli` brings; `serve` needs the first alone, which `local` brings too."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status, which `julep --help` lists."""
    try:
        _end_at_interrupts()
        from julep.cli.process import perform  # noqa: PLC0415 - so that its absence, and Ctrl-C, end in a line

        return perform(sys.argv[1:] if arguments is None else arguments)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _NEEDED:
            raise
        sys.stderr.write(
            f"julep: the command needs {error.name}; install it with: "
            'python -m pip install "julep-sdk[cli]" (in a checkout: -e ".[cli]")\n'
        )
        return 2
    except KeyboardInterrupt:
        _end()


def _end_at_interrupts() -> None:
    """Have Ctrl-C and SIGTERM end the process at once, until the command says what they do.

    An exception would be told, and perhaps be lost, where it came in the middle of an import.
    """
    import signal  # noqa: PLC0415 - under the guard of `main`

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _end)


def _end(*_: object) -> NoReturn:
    # Nothing has begun, so there is nothing to tell; a terminal has written ^C.
    os.write(2, b"\n")
    os._exit(_INTERRUPTED)


if __name__ == "__main__":
    sys.exit(main())

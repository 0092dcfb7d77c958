"""The `julep` command, also `python -m julep`."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

_INTERRUPTED = 130
"""What a shell expects of a program that Ctrl-C ended: 128 and the number of the signal."""
_NEEDED = {"click", "rich"}
"""What the extra `cli` brings; `serve` needs the first alone, which `local` brings too."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status, which `julep --help` lists."""
    try:
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
        sys.stderr.write("\njulep: interrupted\n")
        # Not by returning: where it came in the middle of an import, Python would say so again.
        os._exit(_INTERRUPTED)


if __name__ == "__main__":
    sys.exit(main())

"""A process that does jobs with strangers' text: `python -m julep.local.worker`.

It reads jobs from its standard input and writes their answers to its standard output. What
evaluates the text keeps limits of its own; those that the operating system keeps come on top:
on time, on memory and, since the process opens nothing after its imports, on files and sockets.
"""

from __future__ import annotations

import codecs
import contextlib
import faulthandler
import importlib
import os
import signal
import sys
import time

# jsonschema would import it for formats, which aren't checked here: most of a second, where it is there.
sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]  # pyright: ignore[reportArgumentType] - so an import is refused

from julep.local.sandbox import frames, transfer  # noqa: E402 - see above

from . import jobs  # noqa: E402 - see above

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]  # it is asked for below

_OVERTIME = 2  # times what an evaluation allows itself
_WAITING = 5  # times that on Windows, which has no clock for processor time
_ADDRESS_SPACE = 1 << 29  # 512 MB: Python maps a fifth of it, an evaluation may fill 32 MB


def main() -> None:
    """Do jobs until standard input ends."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    _import_rest()
    close_doors()
    frames.write(answers, b"")
    while (request := frames.read(requests)) is not None:
        name, arguments, seconds = transfer.load(request)
        _start_clock(_OVERTIME * seconds, nowhere)
        answer = jobs.answer(name, arguments, seconds)
        _stop_clock()
        frames.write(answers, answer)


def _import_rest() -> None:
    # What Python and the libraries import when it is first used.
    for name in ("_strptime", "jinja2.debug", "pprint", "unicodedata"):
        importlib.import_module(name)
    for encoding in ("ascii", "idna", "latin-1", "punycode", "unicode-escape", "utf-16", "utf-32"):
        codecs.lookup(encoding)
    time.localtime()


def close_doors() -> None:
    """Give up what a worker does not need, for good."""
    if resource is None:
        return
    for name, limit in {
        "RLIMIT_AS": _ADDRESS_SPACE,
        "RLIMIT_NOFILE": 0,
        "RLIMIT_FSIZE": 0,
        "RLIMIT_CORE": 0,
        "RLIMIT_NPROC": 0,
    }.items():
        # Not every system has all of them, or lets them be set.
        with contextlib.suppress(AttributeError, ValueError, OSError):
            resource.setrlimit(getattr(resource, name), (limit, limit))


def _start_clock(seconds: float, nowhere: int) -> None:
    # It ends the process, also inside of a long call in C.
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, seconds)
    else:
        faulthandler.dump_traceback_later(_WAITING * seconds, exit=True, file=nowhere)


def _stop_clock() -> None:
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, 0)
    else:
        faulthandler.cancel_dump_traceback_later()


if __name__ == "__main__":
    main()

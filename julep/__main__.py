"""`python -m julep serve`: the embedded server on its own."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from collections.abc import Mapping, Sequence

from ._version import __version__
from .local import MOST_API_CALL_BYTES, LocalServer

_MOST_PORT = 65_535
_WIDTH = len("listening on")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return 0 after an orderly end, 1 if the server couldn't start."""
    options = _parser().parse_args(arguments)
    given_key = os.environ.get("JULEP_API_KEY")
    try:
        server = LocalServer(
            options.db,
            host=options.host,
            port=options.port,
            key=given_key,
            allow_origins=options.allow_origin,
            allow_api_calls=options.api_calls,
            strict=options.strict,
            allow_private_calls=options.allow_private_calls,
            max_api_call_bytes=options.max_api_call_bytes,
        )
        server.start()
    except (ImportError, OSError, ValueError) as error:
        sys.stderr.write(f"julep: {error}\n")
        return 1
    try:
        _announce(server, given=server.key == (given_key or "").strip())
        _wait_for_end()
    finally:
        server.stop()
    return 0


_VARIABLES = (
    "Environment: JULEP_API_KEY is the key that callers must show (else a new one is made up); "
    "OPENAI_BASE_URL, OPENAI_API_KEY and OPENAI_EMBEDDING_MODEL say which models answer."
)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="julep", description="The Julep agents API.")
    parser.add_argument("--version", action="version", version=f"julep-sdk {__version__}")
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser(
        "serve", help="run the embedded server until Ctrl-C", epilog=_VARIABLES
    )
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    serve.add_argument(
        "--port", type=_port, default=8080, help="port, 0 for a free one (%(default)s)"
    )
    serve.add_argument("--db", help="SQLite file to keep the data in (default: memory)")
    serve.add_argument(
        "--allow-origin",
        action="append",
        default=[],
        metavar="ORIGIN",
        help="web page whose scripts may read the answers, like http://localhost:3000; may be repeated",
    )
    serve.add_argument(
        "--no-strict",
        dest="strict",
        action="store_false",
        help="also run tasks that servers of 2025 refuse or are certain to fail on",
    )
    serve.add_argument(
        "--no-api-calls",
        dest="api_calls",
        action="store_false",
        help="keep tasks from calling other servers",
    )
    serve.add_argument(
        "--allow-private-calls",
        action=argparse.BooleanOptionalAction,
        help="whether tasks may call addresses that aren't public (default: on loopback only)",
    )
    serve.add_argument(
        "--max-api-call-bytes",
        type=_size,
        default=MOST_API_CALL_BYTES,
        help="longest answer to a call of a task (%(default)s)",
    )
    return parser


def _size(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text} is no size: give a number of bytes")
    return int(text)


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > _MOST_PORT:
        raise argparse.ArgumentTypeError(f"{text} is no port: give a number from 0 to {_MOST_PORT}")
    return int(text)


def _announce(server: LocalServer, *, given: bool) -> None:
    # A key that the user has set is known to them, and does not belong into logs.
    _tell({"listening on": server.url, "key": "as JULEP_API_KEY says" if given else server.key})
    # The model's server may take a while to answer, or to be given up.
    _tell({**server.about, "model": server.model_in_words()})
    sys.stdout.write("Ctrl-C stops it.\n")
    sys.stdout.flush()


def _tell(lines: Mapping[str, str]) -> None:
    sys.stdout.write("".join(f"{name:<{_WIDTH}}  {value}\n" for name, value in lines.items()))
    sys.stdout.flush()


def _wait_for_end() -> None:
    ended = threading.Event()

    def end(_number: int, _frame: object) -> None:
        ended.set()

    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, end)
    ended.wait()


if __name__ == "__main__":
    sys.exit(main())

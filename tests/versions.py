"""The oldest and the newest versions that the last run passed with.

`python -m tests.versions` prints as JSON what is installed here. With files of that, one of each environment
that passed, it prints the table, and with `--keep` writes it for users; `.ci/run` does both.
"""

from __future__ import annotations

import argparse
import json
import platform
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from .floors import floors

PAGE: Final = Path(__file__).parent.parent / "julep" / "VERSIONS.md"
TOOLS: Final = {
    "hypothesis",
    "ipykernel",
    "jedi",
    "nbclient",
    "opentelemetry-sdk",
    "pytest-httpx",
    "pytest-timeout",
    "simpleeval",
}
"""What tests of this project use, and its users don't."""
HEAD: Final = """\
# Versions

The oldest and the newest that the tests passed with, when all of them were run last. What is newer is likely
to work too.

| | oldest | newest |
|---|---|---|
"""


def installed() -> dict[str, str]:
    """Return the version of each dependency that is installed, in the project's order."""
    found = {"Python": platform.python_version()}
    for name in dict.fromkeys(line.partition("==")[0] for line in floors()):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def spans(runs: Iterable[Mapping[str, str]]) -> dict[str, tuple[str, str]]:
    """Return the oldest and the newest version of each thing in several environments."""
    from packaging.version import Version  # noqa: PLC0415 - a report can do without

    every: dict[str, list[str]] = {}
    for run in runs:
        for name, number in run.items():
            every.setdefault(name, []).append(number)
    return {name: (min(all_, key=Version), max(all_, key=Version)) for name, all_ in every.items()}


def page(of: Mapping[str, tuple[str, str]]) -> str:
    """Return the page that users read."""
    shown = ((name, *span) for name, span in of.items() if name not in TOOLS)
    return HEAD + "".join(f"| {' | '.join(cells)} |\n" for cells in shown)


def read(text: str) -> Iterator[tuple[str, str, str]]:
    """Yield the names, the oldest and the newest versions that a page shows."""
    for line in text.removeprefix(HEAD).splitlines():
        _, name, oldest, newest, _ = map(str.strip, line.split("|"))
        yield name, oldest, newest


def main() -> None:
    """Print one or the other."""
    parser = argparse.ArgumentParser(prog="tests.versions")
    parser.add_argument("runs", nargs="*", type=Path, help="what this printed where tests passed")
    parser.add_argument("--keep", action="store_true", help=f"write the table to {PAGE.name}")
    options = parser.parse_args()
    if not options.runs:
        print(json.dumps(installed()))
        return
    text = page(spans(json.loads(run.read_text(encoding="utf-8")) for run in options.runs))
    print(text)
    if options.keep:
        PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

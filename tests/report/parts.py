"""What the report is made of: commands, most of which print rows, and how much each does at a scale."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple, TypeAlias

from tests import benchmarks
from tests.benchmarks.peers import LIMIT
from tests.benchmarks.sdks import SDKS

SCALES: Final = ("tiny", "quick", "normal", "full")
"""The first only shows that the report works; the third takes 20 minutes on two quiet cores."""

Arguments: TypeAlias = Sequence[str]


class Part(NamedTuple):
    """One command.

    Attributes:
        group: What it belongs to, which can be chosen as a whole.
        name: What it is called.
        command: What follows the interpreter.
        seconds: How long it may take before it is ended.
        settings: What it finds among the variables of its environment.
        packages: What it needs besides the run-time dependencies, to be measured apart from all else;
            None where it needs too much for that.
    """

    group: str
    name: str
    command: Arguments
    seconds: float
    settings: Mapping[str, str] = {}
    packages: Sequence[str] | None = None


_SECONDS: Final = {"tiny": 120.0, "quick": 300.0, "normal": 600.0, "full": 4 * 3600.0}
_SHARES: Final = {"tiny": "0.01", "quick": "0.2", "normal": "1", "full": "2"}
_CURVES: Final = {
    "tiny": "--scale 0.001 --most 4",
    "quick": "--scale 0.1 --most 1000",
    "normal": "--most 10000",
    "full": "--most 100000",
}
_LOAD: Final = {
    "tiny": "--clients 4 --seconds 0.6 --executions 2",
    "quick": "--seconds 10 --executions 50",
    "normal": "",
    "full": "--seconds 300",
}
_KILLS: Final = {
    "tiny": "--kills 1 --seconds 0.5",
    "quick": "--kills 2 --seconds 1",
    "normal": "--kills 10",
    "full": "",
}
_FAULTS: Final = {
    "tiny": "--operations agents.get --faults reset --faces sync --workers 1",
    "quick": "--every 67",
    "normal": "--every 17",
    "full": "",
}
_SOAK: Final = {"tiny": "2", "quick": "20", "normal": "120", "full": "600"}
_PROPERTIES: Final = {"tiny": "tests/properties/test_addresses.py"}
_PROFILE: Final = {"normal": "some", "full": "many"}
_DISK: Final = (
    *("tests/local/test_unwritable.py", "tests/local/http/test_patience.py"),
    *("tests/local/store/test_files.py", "-k", "disk or read_only"),
)
_QUICK: Final = {"tiny": ("-m", "not slow")}
_APART: Final[Mapping[str, Sequence[str] | None]] = {
    "validation": ("pydantic", "msgspec"),
    "tools": None,
    "folders": None,
}
_SPEED: Final = ("-m", "tests.benchmarks", "--scale")
_PYTEST: Final = ("-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "--timeout", "0")


def parts(scale: str) -> Iterator[Part]:
    """Yield all there is, in the order in which it runs: what others disturb most comes first."""
    seconds = _SECONDS[scale]
    for name in benchmarks.PARTS:
        speed = (*_SPEED, _SHARES[scale], "--only", name)
        yield Part("speed", name, speed, seconds, packages=_APART.get(name, ()))
    for name, module, arguments in (
        ("curves", "tests.benchmarks.server", _CURVES),
        ("load", "tests.benchmarks.load", _LOAD),
        ("durability", "tests.benchmarks.durability", _KILLS),
    ):
        yield Part("server", name, ("-m", module, *arguments[scale].split()), seconds)
    disks = (*_PYTEST, *_DISK, *_QUICK.get(scale, ()))
    yield Part("server", "disks that are full or read-only", disks, seconds)
    yield Part("faults", "faults", ("-m", "tests.faults", *_FAULTS[scale].split()), seconds)
    command = (*_PYTEST, _PROPERTIES.get(scale, "tests/properties"))
    settings = {"HYPOTHESIS_PROFILE": _PROFILE.get(scale, "few")}
    yield Part("properties", "properties", command, seconds, settings)
    yield Part("soak", "soak", ("-m", "tests.soak", "--seconds", _SOAK[scale]), seconds)


def peers(scale: str) -> Part:
    """Return the comparison with other SDKs, which needs their registry."""
    command = (*_SPEED, _SHARES[scale], "--only", "peers")
    return Part("peers", "peers", command, len(SDKS) * LIMIT + 60, packages=())


def chosen(scale: str, names: Sequence[str], *, with_peers: bool) -> list[Part]:
    """Return the parts that are named, by themselves or by their group, or all of them.

    Raises:
        ValueError: There is no such part.
    """
    every = [*parts(scale), peers(scale)]
    known = {name for part in every for name in (part.group, part.name)}
    if wrong := [name for name in names if name not in known]:
        raise ValueError(f"no part is called {wrong[0]!r}; there are {', '.join(sorted(known))}")
    if not names:
        return every if with_peers else every[:-1]
    wanted = {*names, *(["peers"] if with_peers else [])}
    return [part for part in every if wanted & {part.group, part.name}]

"""Which cells there are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import cycle, product
from typing import Final, TypeAlias

import attrs

from .cells import SOUND, Ask, Sound
from .commands import COMMANDS
from .jobs import JOBS
from .kinds import FAULTS
from .matrix import FACES
from .operations import OPERATIONS
from .passage import Place
from .trials import ALL_JOBS, NOWHERE, places

Sounds: TypeAlias = Mapping[str, Sound]


@attrs.frozen
class Choice:
    """What of the matrix is to be filled.

    Attributes:
        operations: Only operations and jobs whose names hold this.
        faults: Only faults whose names hold this.
        faces: Only faces whose names hold this.
        every: Only each so many-th fault.
        on_each_face: Whether jobs are tried on all of their faces, and not on one in turn.
    """

    operations: str = ""
    faults: str = ""
    faces: str = ""
    every: int = 1
    on_each_face: bool = False

    def names(self, of: Mapping[str, object]) -> list[str]:
        """The operations or jobs that are chosen."""
        return [name for name in of if self.operations in name]

    def turns(self) -> Iterator[tuple[int, str]]:
        """The faults that are chosen, numbered."""
        return enumerate([name for name in FAULTS if self.faults in name][:: self.every])

    def faces_of(self, name: str, turn: int) -> Iterator[str]:
        """The faces on which a job is tried."""
        faces = ALL_JOBS[name].faces
        in_turn = faces[turn % len(faces)]
        for face in faces:
            if self.faces in face and (self.on_each_face or face == in_turn):
                yield face


def of_operations(choice: Choice, _: Sounds) -> Iterator[Ask]:
    """Each operation with each fault on each face."""
    faces = [name for name in FACES if choice.faces in name]
    faults = [SOUND, *(fault for _, fault in choice.turns())]
    for fault, name, face in product(faults, choice.names(OPERATIONS), faces):
        yield Ask("operations", name, fault, face)


def of_jobs(choice: Choice, sounds: Sounds) -> Iterator[Ask]:
    """Each job with each fault in each place."""
    for (turn, fault), name in product(choice.turns(), choice.names(JOBS)):
        if name in sounds:
            for number, place in enumerate(places(sounds[name].asked, turn)):
                for face in choice.faces_of(name, turn + number):
                    yield Ask("jobs", name, fault, face, place, sounds[name])


def of_commands(choice: Choice, sounds: Sounds) -> Iterator[Ask]:
    """Each command with each fault, in one place in turn."""
    for (turn, fault), name in product(choice.turns(), choice.names(COMMANDS)):
        if name in sounds:
            found = list(places(sounds[name].asked, turn))
            yield Ask("commands", name, fault, "sync", found[turn % len(found)], sounds[name])


def of_processes(choice: Choice, sounds: Sounds) -> Iterator[Ask]:
    """Each fault with one of the commands in turn, as a process."""
    names = [name for name in choice.names(COMMANDS) if name in sounds]
    for (_, fault), name in zip(choice.turns(), cycle(names), strict=False):
        first = Place(sounds[name].asked[0])
        yield Ask("processes", name, fault, "sync", first, sounds[name])


def of_sound(choice: Choice, parts: list[str]) -> Iterator[Ask]:
    """Each job of some parts on a server that is well, to see what it does."""
    wanted = {name: part for part in parts for name in choice.names(_JOBS.get(part, {}))}
    for name, part in wanted.items():
        yield Ask(part, name, SOUND, ALL_JOBS[name].faces[0], NOWHERE)


PARTS: Final[dict[str, Callable[[Choice, Sounds], Iterator[Ask]]]] = {
    "operations": of_operations,
    "jobs": of_jobs,
    "commands": of_commands,
    "processes": of_processes,
}
_JOBS: Final[dict[str, Mapping[str, object]]] = {
    "jobs": JOBS,
    "commands": COMMANDS,
    "processes": COMMANDS,
}

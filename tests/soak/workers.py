"""Those who do everything at once."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Coroutine
from typing import Any

import anyio
from attrs import define, field

from julep import AsyncJulep, Julep
from julep._faces import drive
from tests.conftest import Face

from .deeds import DEEDS, Place, deleted, is_explained, prepared
from .server import KEY

THREADS = 4
TASKS = 8


@define
class Tally:
    """What was done, and what came of it.

    Attributes:
        done: How often each deed went well.
        faults: The errors that faults explain, by kind.
        wrong: What nothing explains.
    """

    done: Counter[str] = field(factory=Counter[str])
    faults: Counter[str] = field(factory=Counter[str])
    wrong: list[str] = field(factory=list[str])

    def note(self, deed: str, error: Exception | None) -> None:
        """Count a deed."""
        if error is None:
            self.done[deed] += 1
        elif is_explained(error):
            self.faults[type(error).__name__] += 1
        else:
            self.wrong.append(f"{deed}: {error!r}"[:500])


async def _work(making: Coroutine[Any, Any, Place], ends: float, tally: Tally) -> None:
    place = await making
    while time.monotonic() < ends:
        deed = place.chance.choice(DEEDS)
        error: Exception | None = None
        try:
            await deed(place)
        except Exception as raised:  # noqa: BLE001 - whatever it is, it is told
            error = raised
        tally.note(deed.__name__.strip("_"), error)
    await deleted(place, place.client.with_options(max_retries=20).agents.delete, place.agent)


def _blocking(url: str, number: int, ends: float, tally: Tally) -> None:
    with Julep(base_url=url, api_key=KEY) as client:
        drive(_work(prepared(Face("sync"), url, client, number), ends, tally))


async def _awaiting(url: str, backend: str, ends: float, tally: Tally) -> None:
    async with AsyncJulep(base_url=url, api_key=KEY) as client, anyio.create_task_group() as tasks:
        for number in range(TASKS):
            place = prepared(Face(backend), url, client, THREADS + number)
            tasks.start_soon(_work, place, ends, tally)


def work(url: str, backend: str, seconds: float, tally: Tally) -> None:
    """Let threads with clients of their own and tasks with one work for so long."""
    ends = time.monotonic() + seconds
    threads = [
        threading.Thread(target=_blocking, args=(url, number, ends, tally))
        for number in range(THREADS)
    ]
    for thread in threads:
        thread.start()
    anyio.run(_awaiting, url, backend, ends, tally, backend=backend)
    for thread in threads:
        thread.join()

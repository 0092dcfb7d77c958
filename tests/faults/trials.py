"""One job against one fault in one place, on one face; and what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final

from tests.conftest import Face

from .cells import Sound
from .commands import COMMANDS
from .grounds import AT_EASE, Ground, Land
from .jobs import JOBS, Job, nothing
from .kinds import FAULTS, Fault
from .matrix import MOST_BYTES, Outcome, Patience, ask_again, attempt, listening
from .passage import Passage, Place
from .watch import Watch

NOWHERE: Final = Place("nothing")
AT_LEISURE: Final = Patience(timeout=AT_EASE)


class Trial:
    """A job, to be done in the presence of a fault.

    Attributes:
        outcome: What came of it.
        asked: The kinds of the requests that it took.
    """

    def __init__(
        self, land: Land, job: Job, face: str, patience: Patience, *, in_processes: bool = False
    ) -> None:
        self.outcome = Outcome()
        self.asked: list[str] = []
        self._land = land
        self._job = job
        self._face = face
        self._patience = patience
        self._in_processes = in_processes

    def run(self, fault: Fault | None = None, place: Place = NOWHERE, sound: Any = None) -> None:
        """Do the job, and then again on a server that is well.

        Args:
            fault: What goes wrong; nothing where it is None.
            place: Where.
            sound: What the job gives when nothing goes wrong.
        """
        face, watch = Face(self._face), Watch()

        async def run() -> None:
            with (
                self._land.ground(in_processes=self._in_processes) as ground,
                Passage(self._land.http, fault, place) as passage,
            ):
                ground.url, ground.is_hurried = passage.url, fault is not None
                client = face.client(
                    base_url=passage.url,
                    timeout=self._patience.timeout,
                    max_retries=self._patience.max_retries,
                    max_response_bytes=MOST_BYTES,
                    event_hooks=watch.hooks,
                )
                await self._do(face, client, ground)
                self.asked, passage.fault = passage.asked[:], None
                passage.hung_up.set()
                ground.is_hurried = False
                self.outcome.noise.extend(watch.noise())
                if fault is not None:
                    await self._look_back(face, client, ground, sound)

        face.run(run, {})

    async def _do(self, face: Face, client: Any, ground: Ground) -> None:
        _ = ground.agent, ground.session, ground.task, ground.quick, ground.file
        with client.usage():
            await attempt(lambda: self._job.do(face, client, ground), self.outcome)

    async def _look_back(self, face: Face, client: Any, ground: Ground, sound: Any) -> None:
        outcome = self.outcome
        outcome.repeats = sum(n - 1 for n in Counter(self._job.effects(ground)).values())
        await ask_again(face, client, ground.agent.id, outcome)
        if outcome.result == "success" and outcome.value != sound:
            outcome.lost = f"it gave {outcome.value}"
        elif self._job.goes_on:
            await self._finish(face, client, ground, sound)

    async def _finish(self, face: Face, client: Any, ground: Ground, sound: Any) -> None:
        """Do it again, as users do, now that the server is well."""
        later, patient = Outcome(), client.with_options(timeout=AT_EASE)
        await attempt(lambda: self._job.do(face, patient, ground), later)
        if later.value != sound:
            self.outcome.lost = f"done again it gave {later.value}, {later.result}"


class Trials:
    """Jobs in the presence of faults, on one embedded server.

    Attributes:
        patience: How long the clients wait.
    """

    def __init__(self, land: Land, patience: Patience) -> None:
        self.patience = patience
        self._land = land
        self._passing: dict[str, bool] = {}

    def sound(self, name: str) -> Trial:
        """Do a job on a server that is well."""
        job = ALL_JOBS[name]
        trial = Trial(self._land, job, job.faces[0], AT_LEISURE)
        with listening(trial.outcome):
            trial.run()
        # There is no other server to go on with.
        trial.outcome.is_usable = True
        return trial

    def tried(
        self, name: str, fault: str, place: Place, face: str, sound: Sound, **how: Any
    ) -> Outcome:
        """Do a job in the presence of a fault."""
        job = ALL_JOBS[name]
        trial = Trial(self._land, job, face, self.patience, **how)
        with listening(trial.outcome):
            trial.run(FAULTS[fault], place, sound.value)
        outcome = trial.outcome
        is_noticed = outcome.result != "success" and job.rides_out and not place.stays
        is_believed = FAULTS[fault].is_verdict and place.kind.startswith("POST")
        if is_noticed and not is_believed and self._is_passing(fault):
            outcome.lost = f"{outcome.result}, although the next answer was right"
        return outcome

    def _is_passing(self, fault: str) -> bool:
        """Whether a plain read does not notice it, when the next answer is right."""
        # A name may be looked up until there is no time for another attempt.
        if FAULTS[fault].harms_some or FAULTS[fault].is_looked_up:
            return False
        if fault not in self._passing:
            trial = Trial(self._land, READING, "sync", self.patience)
            trial.run(FAULTS[fault], Place("GET /agents/"), sound=True)
            self._passing[fault] = trial.outcome.value is True
        return self._passing[fault]


async def _read(face: Face, client: Any, ground: Ground) -> bool:
    return bool((await face.call(client.agents.get, ground.agent)).id == ground.agent.id)


READING: Final = Job(_read, nothing)
ALL_JOBS: Final = {**JOBS, **COMMANDS}


OFTEN: Final = 2
"""Of how many requests of a kind the answers are exchanged: the first may be followed by others of its kind
that make up for it."""


def places(asked: Sequence[str], turn: int) -> Iterator[Place]:
    """Where a job is disturbed: at each request, or from it on, which alternate with the turns."""
    met = Counter[str]()
    for number, kind in enumerate(asked, 1):
        met[kind] += 1
        if met[kind] <= OFTEN:
            yield Place(kind, met[kind], stays=(number + turn) % 2 == 0)

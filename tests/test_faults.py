"""Everything that a server can do wrong, once on each face; `python -m tests.faults` tries it all."""

from __future__ import annotations

import pytest

from .faults.kinds import FAULTS
from .faults.matrix import FACES, Patience, outcome_of, sound
from .faults.operations import OPERATIONS

HASTY = Patience(timeout=0.2, max_retries=0, slack=2)
CHOSEN = list(OPERATIONS)


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_operations_work_without_a_fault(operation: str, face: str) -> None:
    """What the faults are tried on is answered when there is none."""
    it = OPERATIONS[operation]
    assert outcome_of(face, it, sound(it), Patience(timeout=10)).result == "success"


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("fault", FAULTS)
def test_whatever_a_server_does_the_client_keeps_its_word(fault: str, face: str) -> None:
    """A call ends in time, in an answer or an error of the SDK, once, and the client goes on."""
    operation = OPERATIONS[CHOSEN[list(FAULTS).index(fault) % len(CHOSEN)]]
    outcome = outcome_of(face, operation, FAULTS[fault], HASTY)
    assert outcome.foreign is None
    assert outcome.repeats == 0
    assert outcome.is_usable
    assert not outcome.shown_key
    assert HASTY.allows(outcome.seconds, operation, FAULTS[fault])

"""What holds for anything at all, tried with what Hypothesis thinks of.

A run has few examples, the same ones each time. `HYPOTHESIS_PROFILE=many pytest tests/properties` tries forty
times as many, other ones in each run.
"""

from __future__ import annotations

from hypothesis import settings

FEW = 50
"""Examples of a property in a run that has no time."""


def examples(few: int) -> settings:
    """So many examples by default, and in proportion more where more are asked for."""
    return settings(max_examples=few * settings().max_examples // FEW)

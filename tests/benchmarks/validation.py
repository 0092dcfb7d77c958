"""What it costs to come from JSON text to models, beside pydantic."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial
from importlib.util import find_spec
from typing import Any, Final

from julep._codec import structure

from .missing import skipped
from .reading import ITEMS, PAGES, page, read
from .table import Row
from .timing import Effort, blocking, ratio

WITH_JSON: Final = 1.5
WITH_MSGSPEC: Final = 1.0
"""With the extra `fast`."""


def rows(effort: Effort) -> Iterator[Row | str]:
    """Measure pages: as the extra `fast` reads them, where it is installed, and as they are read without it."""
    effort = Effort(effort.rounds, max(1, effort.calls // 20))
    for name in PAGES:
        yield _beside_pydantic(
            f"{ITEMS} {name}, from JSON to models", name, with_json, WITH_JSON, effort
        )
        work = f"{ITEMS} {name}, from JSON to models, with msgspec"
        if not find_spec("msgspec"):
            yield skipped(work, "julep-sdk[fast]")
        else:
            yield _beside_pydantic(work, name, read, WITH_MSGSPEC, effort)


def with_json(text: bytes, form: Any) -> object:
    """Read JSON text as a model, by the standard library even if there is a faster one."""
    return structure(json.loads(text), form)


def _beside_pydantic(
    work: str, name: str, reading: Callable[[bytes, Any], object], goal: float, effort: Effort
) -> Row:
    from .pydantic_models import PAGES as MODELS  # noqa: PLC0415 - only where it is installed

    make, form = PAGES[name]
    text = page(make)
    subjects = {
        "pydantic": blocking(partial(MODELS[name].model_validate_json, text)),
        "julep": blocking(partial(reading, text, form)),
    }
    return ratio(work, subjects, effort, goal)

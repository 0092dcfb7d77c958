"""Mutants that no test can kill, and why: what they change makes no difference that we promise."""

from __future__ import annotations

from typing import Final

EXPLAINED: Final[dict[str, dict[str, str]]] = {
    "julep/_checks.py": {
        "2_000_000.0 -> 2000001.0": "any limit that sockets take would do",
    },
    "julep/_retry.py": {
        "31_536_000.0 -> 31536001.0": "a year is as good as a year and a second",
    },
    "julep/_sse.py": {
        "False -> True": "a line feed at the very start is a blank line, which ends no event",
    },
    "julep/_shapes/annotations.py": {
        "not variables -> (variables)": "a shortcut, without which the same is found",
    },
    "julep/local/search/fts_query.py": {
        "return () -> return None": "whoever calls asks only whether there are words",
    },
}
"""By module: the change as it is printed, and the reason."""

"""Keywords that several methods share, written once as a `TypedDict`.

Type checkers and editors read `**fields: Unpack[AgentFields]` as the keywords it stands for. At run
time Python checks nothing of it, so `checked` does, and `shows_keywords` lets help and notebooks see them.
"""

from __future__ import annotations

from .names import checked, refuse_unknown
from .signatures import expanded, keywords_alone, own_keywords, refuse_positions, shows_keywords

__all__ = [
    "checked",
    "expanded",
    "keywords_alone",
    "own_keywords",
    "refuse_positions",
    "refuse_unknown",
    "shows_keywords",
]

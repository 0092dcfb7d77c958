"""Words of a text that carry its meaning."""

from __future__ import annotations

import re

# English words that nearly every text has: to ask for them would find everything or nothing.
STOP_WORDS = frozenset(
    """a about after all also am an and any are as at be because been before being but by can could
    did do does doing down each for from further had has have having he her here hers him his how i
    if in into is it its itself just let me more most my no nor not now of off on once only or other
    our ours out over own please s same she should so some such t tell than that the their theirs
    them then there these they this those through to too under until up us very was we were what
    when where which while who whom why will with would you your yours""".split()  # noqa: SIM905 - as a list it fills a page
)
_WORD = re.compile(r"\w+")


def keywords(text: str) -> list[str]:
    """Return the words of a text in lower case, without those that say nothing."""
    return [word for word in _WORD.findall(text.lower()) if word not in STOP_WORDS]

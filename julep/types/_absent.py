"""The error of an attribute that is not there."""

from __future__ import annotations

from typing import Final

_SHORTEST: Final = 3
"""Letters of a name of which a misspelling can be told."""


def no_attribute(thing: object, name: str, hint: str = "") -> AttributeError:
    """Return the error of an attribute that an object lacks, with the one that was probably meant.

    Python adds that to its own tracebacks, and neither IPython nor a log does. So it stands in the text, in
    Python's words, and the error says no name, of which Python would say it once more.

    Args:
        thing: The object.
        name: The attribute.
        hint: What to write instead, if that is known.
    """
    text = f"{type(thing).__name__!r} object has no attribute {name!r}"
    if not hint and (meant := _most_like(name, thing)):
        return AttributeError(f"{text}. Did you mean: {meant!r}?", name=None, obj=thing)
    return AttributeError(f"{text}{hint}", name=name, obj=thing)


def _most_like(name: str, thing: object) -> str | None:
    # Protocols are asked for by names with lines in front, and a thing that is being copied has no names yet.
    # An `id` is asked for often, and to compare takes 0.1 ms.
    if name.startswith("_") or len(name) < _SHORTEST:
        return None
    from difflib import get_close_matches  # noqa: PLC0415 - for errors alone

    names = [each for each in dir(thing) if not each.startswith("_")]
    return next(iter(get_close_matches(name, names, n=1)), None)

"""Which of the faults of a refused request to report.

Where a value may have several forms, servers of both generations report what is wrong with it as
each of them: a wrong `foreach` step brings a fault for every other kind of step as well. Places
show such forms by their class names, as in `main[0].ForeachStep.foreach.in`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

import attrs

_FORM: Final = re.compile(r"[A-Z]\w*|[\w-]+\[[^\d\]].*\]")
"""`ForeachStep`, `list[Content]`, and not the item of a list that `messages[0]` is."""
_TAG_FAULTS: Final = {"missing", "literal_error", "enum"}
"""What is wrong with the field that would make a value one of a form."""
_EXPECTED: Final = "Input should be "
UNIMPORTANT: Final = frozenset({"attribute_of_item"})
"""What servers remark of most loops, and is no mistake."""


@attrs.frozen
class Fault:
    """What is wrong, and where.

    Attributes:
        place: The parts of the place; empty for the body itself.
        text: What is wrong there.
        type: The server's word for it; empty if it has none.
        is_warning: Whether the server would take it.
    """

    place: tuple[str, ...]
    text: str
    type: str = ""
    is_warning: bool = False

    def __str__(self) -> str:
        warning = "warning: " if self.is_warning else ""
        return f"{'.'.join(self.place) or 'body'}: {warning}{self.text}"


def read_fault(detail: dict[str, Any]) -> Fault:
    """Read the fault that a detail of an error reports."""
    where = str(detail["loc"])
    text = str(detail["msg"]).removeprefix(f"{where} ")
    fix = f" (fix: {detail['fix']})" if detail.get("fix") else ""
    kind = "missing" if text == "Field required" else str(detail.get("type", ""))
    place = tuple(where.split(".")) if where else ()
    return Fault(place, f"{text}{fix}", kind, detail.get("severity") == "warning")


def that_matter(faults: Iterable[Fault], depth: int = 0) -> Iterator[Fault]:
    """Return the faults without those of forms that were not meant, and without mere remarks."""
    places: dict[tuple[str, ...], dict[str, list[Fault]]] = {}
    for fault in faults:
        if fault.type in UNIMPORTANT:
            continue
        at = next((i for i, p in enumerate(fault.place) if i >= depth and _FORM.fullmatch(p)), None)
        if at is None:
            yield fault
        else:
            forms = places.setdefault(fault.place[:at], {})
            forms.setdefault(fault.place[at], []).append(fault)
    for place, forms in places.items():
        meant = [own for own in forms.values() if len(forms) == 1 or not _is_other(own, len(place))]
        for own in meant:
            yield from that_matter(own, len(place) + 1)
        if not meant:
            yield _none_of(place, list(forms.values()))


def _is_other(faults: list[Fault], depth: int) -> bool:
    """Tell whether a value lacks what would make it the form that these are the faults of."""
    return any(len(one.place) == depth + 2 and one.type in _TAG_FAULTS for one in faults)


def _none_of(place: tuple[str, ...], forms: list[list[Fault]]) -> Fault:
    """Make the one fault of a value that has none of the forms it may have."""
    fields = [one for own in forms for one in own if len(one.place) == len(place) + 2]
    named = [one for one in fields if one.type in _TAG_FAULTS - {"missing"}]
    if len(named) >= len(forms) and len({one.place[-1] for one in named}) == 1:
        values = (one.text.removeprefix(_EXPECTED) for one in named)
        return Fault((*place, named[0].place[-1]), _EXPECTED + _either(values))
    lacks: dict[str, list[str]] = {}
    for one in fields:
        lacks.setdefault(one.place[len(place)], []).append(one.place[-1])
    return Fault(place, "needs " + _either(" and ".join(names) for names in lacks.values()))


def _either(words: Iterable[str]) -> str:
    *others, last = dict.fromkeys(words)
    return f"{', '.join(others)} or {last}" if others else last

"""Names: the patterns they follow, and canonical ones for resources that came without."""

from __future__ import annotations

import secrets
import string
import unicodedata

from julep.local.fields import (
    Field,
    Problems,
    described,
    mapping,
    optional,
    or_empty,
    problem,
    text,
)

DISPLAY = text(1, 255)
CANONICAL = text(1, 255, r"[a-zA-Z][a-zA-Z0-9_]*")
IDENTIFIER = text(1, 40, r"[^\W0-9]\w*")

_LONGEST_PERSON = 120
_OTHER_SPACE = set("\t\n\v\f\r\x85\u200e\u200f\u2028\u2029")
_SYNTAX = f"{string.punctuation.replace('_', '')} ¡¢£¤¥¦§©«¬®°±¶»¿\xd7÷"
_SYNTAX_BLOCKS = (
    *((0x2010, 0x203E), (0x2041, 0x2053), (0x2055, 0x205E), (0x2190, 0x2BFF)),
    *((0x2E00, 0x2E7F), (0x3001, 0x3003), (0x3008, 0x3020), (0x3030, 0x3030)),
)


@described(type="string", minLength=1, maxLength=_LONGEST_PERSON)
def person(value: object, loc: str, problems: Problems) -> object:
    """Accept a user's name: what could be an identifier, with blanks and punctuation anywhere."""
    before = len(problems)
    text(1, _LONGEST_PERSON)(value, loc, problems)
    if not isinstance(value, str) or len(problems) > before:
        return value
    if not (_begins(value[0]) and all(map(_goes_on, value))):
        message = "String should begin with a letter and have letters, digits and punctuation only"
        problem(problems, "string_pattern_mismatch", message, loc, value)
    return value


def _begins(letter: str) -> bool:
    if letter in _SYNTAX or letter in _OTHER_SPACE:
        return True
    if any(first <= ord(letter) <= last for first, last in _SYNTAX_BLOCKS):
        return True
    return unicodedata.category(letter) in {"Lu", "Ll", "Lt", "Lm", "Lo", "Nl"}


def _goes_on(letter: str) -> bool:
    return _begins(letter) or unicodedata.category(letter) in {"Mn", "Mc", "Nd", "Pc"}


CANONICAL_FIELD = Field(optional(CANONICAL), None)
METADATA_FIELD = Field(or_empty(mapping), dict)

_FIRST = "amber brave calm deft eager fair glad keen lively merry noble quiet rapid spry warm"
_SECOND = "badger crane dolphin egret finch gecko heron ibis lynx marten otter puffin robin swan"


def canonical_name() -> str:
    """Make up a readable name that nobody has yet."""
    words = secrets.choice(_FIRST.split()), secrets.choice(_SECOND.split())
    return f"{'_'.join(words)}_{secrets.token_hex(4)}"

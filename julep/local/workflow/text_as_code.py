"""Plain text written as code, for hints: what of it was meant to be filled in still is."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator

from attrs import define, field, frozen

from julep.local.sandbox.budget import InvalidExpression
from julep.local.sandbox.expressions import parse
from julep.local.sandbox.functions import FUNCTIONS
from julep.local.sandbox.modules import MODULES

FLOW_STYLE = (
    "In YAML's {…} a comma or a brace ends a value: write it on a line of its own, or in quotes"
)
F_STRINGS = ("f'", 'f"')
"""How texts begin that are code already, but for the sign."""
_WORD = re.compile(r"\w+")
_MOST_CLOSINGS = 4  # braces that are tried as the end of one placeholder
_MAX_QUOTED = 1_000  # characters of a text that a message shows again


def how_to_write(text: str, names: Collection[str]) -> str:
    """Return the sentence that says how to write a text as code; see `text_as_code`."""
    # There colons, quotes and braces mean nothing to YAML.
    place = 'in YAML on a line of its own, below "|"'
    return f"Write the text as code ({place}): {text_as_code(text, names)}"


def text_as_code(text: str, names: Collection[str]) -> str:
    """Return the expression, with its `$ `, whose value is a text with its placeholders filled in.

    Args:
        text: The text. Of a long one only the form of the expression is shown.
        names: What placeholders mention, functions and modules aside. Other braces stand for
            themselves.
    """
    if len(text) > _MAX_QUOTED:
        is_filled = any(f"{{{name}" in text for name in names)
        return "$ f'…', with each brace that is no placeholder doubled" if is_filled else "$ '…'"
    if text.strip().startswith(F_STRINGS) and _parsed(text.strip()):
        return f"$ {text.strip()}"
    pieces = [*_Scanner(text.strip(), names).pieces()]
    if not any(piece.is_placeholder for piece in pieces):
        return f"$ {''.join(piece.text for piece in pieces)!r}"
    quote = _quote_for(pieces)
    return f"$ f{quote}{''.join(piece.inside(quote) for piece in pieces)}{quote}"


@frozen
class _Piece:
    """A part of a text."""

    text: str
    is_placeholder: bool = False

    def inside(self, quote: str) -> str:
        """Return it as it stands in an f-string."""
        if self.is_placeholder:
            return f"{{{self.text}}}"
        escaped = (f"\\{it}" if it == quote[0] else repr(it)[1:-1] for it in self.text)
        return "".join(escaped).replace("{", "{{").replace("}", "}}")


def _quote_for(pieces: Collection[_Piece]) -> str:
    """Return quotes that the text lacks, or at least its placeholders, where none can be escaped."""
    everything = "".join(piece.text for piece in pieces)
    filled = "".join(piece.text for piece in pieces if piece.is_placeholder)
    fitting = [quote for held in (everything, filled) for quote in ('"', "'") if quote not in held]
    return fitting[0] if fitting else '"""' if '"""' not in filled else "'''"


@define
class _Scanner:
    """Tells a text's placeholders from braces that stand for themselves."""

    _text: str
    _names: Collection[str]
    _at: int = 0
    _open: list[int] = field(factory=list[int])  # how many braces each that is open was written as

    def pieces(self) -> Iterator[_Piece]:
        while self._at < len(self._text):
            brace = self._text[self._at]
            if brace == "{" and (filled := self._placeholder()) is not None:
                yield _Piece(filled, is_placeholder=True)
            elif brace in "{}":
                yield _Piece(self._literal(brace))
            else:
                yield _Piece(self._plain())

    def _plain(self) -> str:
        start = self._at
        while self._at < len(self._text) and self._text[self._at] not in "{}":
            self._at += 1
        return self._text[start : self._at]

    def _literal(self, brace: str) -> str:
        # Doubled ones are meant as in an f-string, and closed as they were opened.
        is_doubled = self._text.startswith(brace * 2, self._at)
        if brace == "{":
            self._open.append(2 if is_doubled else 1)
            self._at += self._open[-1]
        else:
            opened = self._open.pop() if self._open else 1
            self._at += opened if is_doubled else 1
        return brace

    def _placeholder(self) -> str | None:
        """Return what is between the braces of a placeholder that begins here, and go behind it."""
        width = 2 if self._text.startswith("{{", self._at) else 1
        start = end = self._at + width
        for _ in range(_MOST_CLOSINGS):
            end = self._text.find("}" * width, end)
            if end < 0:
                break
            inside = self._text[start:end]
            if _is_filled(inside, self._names):
                self._at = end + width
                return inside
            end += 1
        return None


def _is_filled(inside: str, names: Collection[str]) -> bool:
    words = _WORD.findall(inside)
    if not any(word in known for word in words for known in (names, FUNCTIONS, MODULES)):
        return False  # parsing takes a hundred times as long
    match _parsed(f"f'''{{{inside}}}'''"):
        # In front of `{x=}` stands its text.
        case ast.JoinedStr(values=[*before, ast.FormattedValue(value=value)]) if all(
            isinstance(part, ast.Constant) for part in before
        ):
            return any(_is_known(node, names) for node in ast.walk(value))
        case _:
            return False


def _parsed(code: str) -> ast.AST | None:
    try:
        return parse(code)
    except (SyntaxError, InvalidExpression, ValueError, RecursionError, MemoryError):
        return None


def _is_known(node: ast.AST, names: Collection[str]) -> bool:
    match node:
        case ast.Name(id=name):
            return name in names
        case ast.Call(func=ast.Name(id=name)):
            return name in FUNCTIONS
        case ast.Attribute(value=ast.Name(id=name)):
            return name in MODULES
        case _:
            return False

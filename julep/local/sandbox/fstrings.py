"""F-strings as Python 3.12 reads them, for older hosts.

Before 3.12 a field can hold neither the quotes around it nor backslashes, comments or, in a
string of one line, line ends. So f-strings are read here: the host parses the code around them
with a name in each one's place, and then their trees take the places of the names.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping

from attrs import define

_HAS_ONE = re.compile(r"(?i)(?:f|rf|fr)['\"]")
_STRING = re.compile(r"(?i)(rb|br|fr|rf|[fbru])?('''|\"\"\"|'|\")")
_CODE = re.compile(r"#[^\n]*|\w+|[^\w#'\"()\[\]{}:!=]+|.", re.DOTALL)
_BLANKS = re.compile(r"(?:[ \t\f]|\\\n)*")
_BLANK_LINES = re.compile(r"(?:\s|\\\n|#[^\n]*)*")
_REST_OF_LINE = r"[^\\\n{0}]*(?:\\.[^\\\n{0}]*)*{0}"
_REST_OF_LINES = r"(?:[^\\]|\\.)*?{0}"
_ENDS = {
    quote: re.compile(
        (_REST_OF_LINES if len(quote) > 1 else _REST_OF_LINE).format(quote), re.DOTALL
    )
    for quote in ("'", '"', "'''", '"""')
}
_STOPS = {quote: re.compile(rf"[{{}}\\\n]|{quote}") for quote in _ENDS}
_SHOWING = re.compile(r"=\s*(?=[:}]|![^=])")  # the equals sign of `{x=}`
_ESCAPE = re.compile(r"\\(?:N\{[^{}]*\}|.)", re.DOTALL)
_CONVERSIONS = ("s", "r", "a")
_MAX_SPECS = 2  # format specs within format specs


def has_fstrings(source: str) -> bool:
    """Tell whether code may have an f-string."""
    return _HAS_ONE.search(source) is not None


@define
class FStrings:
    """Reads one source from left to right; `parse` is the host's way to read the rest."""

    source: str
    parse: Callable[[str], ast.Module]
    _at: int = 0

    def module(self) -> ast.Module:
        """Return the syntax tree of the source.

        Raises:
            SyntaxError: It is not Python.
        """
        return self._tree(*self._code())

    def _tree(self, code: str, strings: Mapping[str, ast.JoinedStr]) -> ast.Module:
        tree = self.parse(code)
        places = _Places(strings)
        places.visit(tree)
        if places.filled != len(strings):  # one stood where only a name can
            raise self._error("invalid syntax")
        return tree

    def _code(self, ends: str = "") -> tuple[str, dict[str, ast.JoinedStr]]:
        """Read up to one of `ends` outside of brackets; names stand for f-strings."""
        code: list[str] = []
        strings: dict[str, ast.JoinedStr] = {}
        depth = 0
        while self._at < len(self.source):
            if _STRING.match(self.source, self._at):
                code.append(self._literals(strings, depth))
                continue
            found = self._match(_CODE)
            if not depth and found in ends and self._ends_field(found):
                break
            depth += (found in "([{") - (found in ")]}")
            if depth < 0 and ends:
                raise self._error(f"f-string: unmatched '{found}'")
            code.append(found)
            self._at += len(found)
        return "".join(code), strings

    def _match(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.source, self._at)
        return found.group() if found else ""

    def _ends_field(self, sign: str) -> bool:
        before, after = self.source[self._at - 1], self.source[self._at + 1 : self._at + 2]
        if sign == "!":
            return after != "="
        if sign == "=":
            return before not in "<>!=" and bool(self._match(_SHOWING))
        return True

    def _literals(self, strings: dict[str, ast.JoinedStr], depth: int) -> str:
        """Read strings that stand side by side, which are one."""
        start = self._at
        pieces = self._side_by_side(depth)
        if all(isinstance(piece, str) for piece in pieces):
            return self.source[start : self._at]
        name = f"fstring{len(strings)}_"
        while name in self.source:
            name += "_"
        strings[name] = ast.JoinedStr(values=list(_joined(map(self._value, pieces))))
        # A word may be right before it, as in `else"x"`; a line must not begin with a blank.
        return f" {name} " if self.source[max(start - 1, 0) : start].isalnum() else f"{name} "

    def _side_by_side(self, depth: int) -> list[ast.expr | str]:
        """Read strings up to the end of the last one; plain ones are given as they are written."""
        pieces: list[ast.expr | str] = []
        end = self._at
        while opening := _STRING.match(self.source, self._at):
            prefix, quote = (opening.group(1) or "").lower(), opening.group(2)
            self._at = opening.end()
            if "f" in prefix:
                pieces += self._pieces(quote, "r" in prefix)
                self._at += len(quote)
            else:
                self._at += len(self._match(_ENDS[quote])) or len(self.source)
                pieces.append(self.source[opening.start() : self._at])
            end = self._at
            self._at += len(self._match(_BLANK_LINES if depth else _BLANKS))
        self._at = end
        return pieces

    def _value(self, piece: ast.expr | str) -> ast.expr:
        if not isinstance(piece, str):
            return piece
        value = ast.literal_eval(piece)
        if not isinstance(value, str):
            raise self._error("cannot mix bytes and nonbytes literals")
        return ast.Constant(value=value)

    def _pieces(self, quote: str, raw: bool, specs: int = 0) -> list[ast.expr]:
        """Read text and fields up to the closing quote or, in a format spec, the brace."""
        pieces: list[ast.expr] = []
        text: list[str] = []
        while stop := _STOPS[quote].search(self.source, self._at):
            text.append(self.source[self._at : stop.start()].replace('"', '"' if raw else '\\"'))
            self._at = stop.start()
            sign = stop.group()
            if sign == quote or (sign == "}" and specs):
                return [*pieces, _text(text, raw)]
            if sign == "\n" and len(quote) == 1:
                break
            if sign == "{" and (specs or not self.source.startswith("{{", self._at)):
                pieces += [_text(text, raw), *self._field(quote, raw, specs)]
                text = []
            else:
                text.append(self._sign(sign, raw))
        kind = "triple-quoted f-string" if len(quote) > 1 else "f-string"
        raise self._error(f"unterminated {kind} literal")

    def _sign(self, sign: str, raw: bool) -> str:
        if sign in "{}":
            if not self.source.startswith(sign * 2, self._at):
                raise self._error("f-string: single '}' is not allowed")
            self._at += 2
            return sign
        if sign == "\n":
            self._at += 1
            return sign
        escape = self._match(_ESCAPE)
        if escape[1:] in {"{", "}", ""}:  # the brace means what it does elsewhere
            self._at += 1
            return "\\" if raw else r"\\"
        if raw:
            escape = escape[:2]
        self._at += len(escape)
        return escape

    def _field(self, quote: str, raw: bool, specs: int) -> Iterator[ast.expr]:
        self._at += 1
        start = self._at
        value = self._expression(*self._code("}:!="))
        conversion, spec = -1, None
        if self._at_sign("="):
            self._at += len(self._match(_SHOWING))
            yield ast.Constant(value=self.source[start : self._at])
            conversion = -1 if self._at_sign(":") else ord("r")
        if self._at_sign("!"):
            conversion = self._conversion()
        if self._at_sign(":"):
            if specs == _MAX_SPECS:
                raise self._error("f-string: expressions nested too deeply")
            self._at += 1
            spec = ast.JoinedStr(values=list(_joined(self._pieces(quote, raw, specs + 1))))
        if not self._at_sign("}"):
            raise self._error("f-string: expecting '}'")
        self._at += 1
        yield ast.FormattedValue(value=value, conversion=conversion, format_spec=spec)

    def _at_sign(self, sign: str) -> bool:
        return self.source.startswith(sign, self._at)

    def _conversion(self) -> int:
        kind = self.source[self._at + 1 : self._at + 2]
        if kind not in _CONVERSIONS:
            raise self._error("f-string: invalid conversion character: expected 's', 'r', or 'a'")
        self._at += 2
        self._at += len(self._match(_BLANKS))
        return ord(kind)

    def _expression(self, code: str, strings: Mapping[str, ast.JoinedStr]) -> ast.expr:
        if not re.sub(r"#[^\n]*", "", code).strip():
            raise self._error("f-string: valid expression required before '}'")
        if code.endswith("\\"):
            raise self._error("unexpected character after line continuation character")
        statement = self._tree(f"({code}\n)", strings).body[0]
        assert isinstance(statement, ast.Expr)
        value = statement.value
        if isinstance(value, ast.GeneratorExp) and value.col_offset == 0:
            raise self._error("f-string: expecting a valid expression after '{'")
        return value

    def _error(self, message: str) -> SyntaxError:
        line = self.source.count("\n", 0, self._at) + 1
        return SyntaxError(message, ("<unknown>", line, None, None))


class _Places(ast.NodeTransformer):
    """Puts f-strings where their names stand."""

    def __init__(self, strings: Mapping[str, ast.JoinedStr]) -> None:
        self._strings = strings
        self.filled: int = 0

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """Return the f-string of that name, if there is one."""
        if node.id not in self._strings or not isinstance(node.ctx, ast.Load):
            return node
        self.filled += 1
        return self._strings[node.id]


def _text(parts: list[str], raw: bool) -> ast.Constant:
    text = "".join(parts)
    return ast.Constant(value=text if raw else ast.literal_eval(f'"""{text}"""'))


def _joined(pieces: Iterator[ast.expr] | list[ast.expr]) -> Iterator[ast.expr]:
    text = ""
    for piece in pieces:
        values = piece.values if isinstance(piece, ast.JoinedStr) else [piece]
        for value in values:
            if isinstance(value, ast.Constant):
                text += str(value.value)
                continue
            yield from ([ast.Constant(value=text)] if text else [])
            text = ""
            yield value
    if text:
        yield ast.Constant(value=text)

"""HTML to Markdown, in the forms of the self-hosted server: underlined headings, `*` for bullets."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping

from attrs import define, field

from . import regex
from .budget import budget
from .json_yaml import check_text

# A tag ends before the next `<`, so that text full of unclosed ones is still read once.
_TAG = r"<(/?)([A-Za-z][A-Za-z0-9]*)([^<>]*)>|<!--|<[!?][^<>]*>"
_ATTRIBUTE = r"""([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))"""
_VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "wbr", "col", "source"})
_DROPPED = frozenset({"script", "style", "head", "template"})
_MARKS: Mapping[str, str] = {
    **dict.fromkeys(("b", "strong"), "**"),
    **dict.fromkeys(("i", "em"), "*"),
    **dict.fromkeys(("del", "s"), "~~"),
    **dict.fromkeys(("code", "kbd", "samp"), "`"),
}
_BLOCKS = "p div section article header footer main aside nav figure form dl dd dt table"
_BULLETS = "*+-"
_MAX_OPEN = 200  # beyond, what else opens is read as if it were not there
_VERBATIM = frozenset({"pre", "code", "kbd", "samp"})
_LAYERS = _VERBATIM | _DROPPED  # what rules all text inside, however deep


@define
class _Element:
    tag: str
    attributes: Mapping[str, str] = field(factory=dict[str, str])
    layers: frozenset[str] = frozenset()
    parts: list[str] = field(factory=list[str])
    cells: list[str] = field(factory=list[str])
    items: int = 0

    def add(self, part: str) -> None:
        """Append text; blanks and empty lines next to a block's own are left out."""
        if self.parts and "pre" not in self.layers:
            before = self.parts[-1]
            if part.startswith("\n"):
                self.parts[-1] = before = before.rstrip(" ")
                ends = len(before) - len(before.rstrip("\n"))
                part = part.removeprefix("\n" * min(ends, 2))
            elif before.endswith(("\n", " ")):
                part = part.lstrip(" ")
        if part:
            self.parts.append(part)

    @property
    def text(self) -> str:
        """What is inside, in Markdown."""
        made = "".join(self.parts)
        budget().allocate(len(made))
        return made


def html_to_markdown(html: str) -> str:
    """Return Markdown for a page's headings, lists, tables, quotes, code, links and emphasis."""
    return _Reader(check_text(html)).read()


class _Reader:
    """Reads tags from left to right; what is inside an element becomes text when it closes."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._open = [_Element("")]

    def read(self) -> str:
        end = 0
        for tag in regex.finditer(_TAG, self._source):
            budget().tick()
            if tag.start() < end:
                continue
            self._text(self._source[end : tag.start()])
            end = tag.end()
            if tag.group() == "<!--":
                closed = self._source.find("-->", end)
                end = closed + 3 if closed >= 0 else len(self._source)
            elif tag.group(2):
                self._tag(bool(tag.group(1)), tag.group(2).lower(), tag.group(3))
        self._text(self._source[end:])
        while len(self._open) > 1:
            self._close()
        return self._open[0].text.strip()

    def _text(self, raw: str) -> None:
        text = html.unescape(raw)
        around = self._open[-1].layers
        if "pre" not in around:
            text = regex.sub(r"[ \t\r\n\f]+", " ", text)
        if not around & _VERBATIM:
            text = regex.sub(r"([*_])", r"\\\1", text)
        if not around & _DROPPED:
            self._open[-1].add(text)

    def _tag(self, closes: bool, tag: str, rest: str) -> None:
        if not closes and len(self._open) < _MAX_OPEN:
            layers = self._open[-1].layers | ({tag} & _LAYERS)
            self._open.append(_Element(tag, _attributes(rest), layers))
            if tag in _VOID or rest.endswith("/"):
                self._close()
        elif any(element.tag == tag for element in self._open[:0:-1]):
            while self._open[-1].tag != tag:
                self._close()
            self._close()

    def _close(self) -> None:
        element = self._open.pop()
        parent = self._open[-1]
        if element.tag in {"td", "th"}:
            self._row().cells.append(element.tag)
        parent.add(self._rendered(element, parent))

    def _row(self) -> _Element:
        return next((each for each in self._open[::-1] if each.tag == "tr"), self._open[0])

    def _rendered(self, element: _Element, parent: _Element) -> str:
        match element.tag:
            case "li":
                return self._item(element.text.strip(), parent)
            case "ul" | "ol":
                nested = any(each.tag == "li" for each in self._open)
                return f"\n{element.text.rstrip()}" if nested else _block(element.text.rstrip())
            case "tr":
                return self._table_row(element)
            case _:
                render = _RENDERERS.get(element.tag)
                return render(element) if render else element.text

    def _item(self, text: str, parent: _Element) -> str:
        parent.items += 1
        depth = sum(each.tag == "ul" for each in self._open) - 1
        bullet = f"{parent.items}." if parent.tag == "ol" else _BULLETS[max(depth, 0) % 3]
        indent = " " * (len(bullet) + 1)
        return f"{bullet} {text}".replace("\n", f"\n{indent}") + "\n"

    def _table_row(self, row: _Element) -> str:
        table = next((each for each in self._open[::-1] if each.tag == "table"), self._open[0])
        table.items += 1
        line = f"|{row.text.rstrip()}\n"
        if table.items > 1:
            return line
        rule = f"| {' | '.join(['---'] * len(row.cells))} |\n"
        empty = f"| {' | '.join([''] * len(row.cells))} |\n"
        return line + rule if set(row.cells) == {"th"} else empty + rule + line


def _attributes(rest: str) -> dict[str, str]:
    found = regex.finditer(_ATTRIBUTE, rest) if "=" in rest else ()
    return {
        each.group(1).lower(): html.unescape(each.group(2) or each.group(3) or each.group(4) or "")
        for each in found
    }


def _block(text: str) -> str:
    return f"\n\n{text}\n\n" if text else ""


def _marked(element: _Element) -> str:
    text, mark = element.text, _MARKS[element.tag]
    inner = text.strip()
    if not inner or "pre" in element.layers:
        return text
    before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return f"{before and ' '}{mark}{inner}{mark}{after and ' '}"


def _heading(element: _Element) -> str:
    text, level = " ".join(element.text.split()), int(element.tag[1])
    if not text:
        return ""
    return _block(
        f"{text}\n{'=-'[level - 1] * len(text)}" if level < 3 else f"{'#' * level} {text}"
    )


def _quote(element: _Element) -> str:
    text = element.text.strip()
    return _block("\n".join(f"> {line}".rstrip() for line in text.split("\n"))) if text else ""


def _link(element: _Element) -> str:
    text, target = element.text.strip(), element.attributes.get("href", "")
    title = element.attributes.get("title")
    if not (text and target):
        return element.text
    if text.replace("\\", "") == target and not title:
        return f"<{target}>"
    return f'[{text}]({target} "{title}")' if title else f"[{text}]({target})"


def _image(element: _Element) -> str:
    alt, source = element.attributes.get("alt", ""), element.attributes.get("src", "")
    title = element.attributes.get("title")
    return f'![{alt}]({source} "{title}")' if title else f"![{alt}]({source})"


_RENDERERS: Mapping[str, Callable[[_Element], str]] = {
    **{f"h{level}": _heading for level in range(1, 7)},
    "a": _link,
    "img": _image,
    "br": lambda _: "  \n",
    "hr": lambda _: _block("---"),
    "pre": lambda element: _block("```\n" + element.text.strip("\n") + "\n```"),
    "blockquote": _quote,
    **dict.fromkeys(_BLOCKS.split(), lambda element: _block(element.text.strip())),
    **dict.fromkeys(_MARKS, _marked),
    **dict.fromkeys(_DROPPED, lambda _: ""),
    **dict.fromkeys(("td", "th"), lambda cell: f" {' '.join(cell.text.split())} |"),
}

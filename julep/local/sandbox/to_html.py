"""Markdown to HTML, in the forms of the self-hosted server: an empty line between blocks."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence

from . import regex
from .budget import budget
from .json_yaml import check_text

_HEADING = r"(#{1,6})[ \t]*(.+?)[ \t]*#*"
_RULE = r" {0,2}(?:(?:\* ?){3,}|(?:- ?){3,}|(?:_ ?){3,})"
_ITEM = r"( {0,3})([*+-]|\d+\.)[ \t]+(.*)"
_CODE = r"(`+)(.+?)(`+)"
_INLINE = (
    (r"&([^#\w]|\w*[^\w;]|$)", r"&amp;\1"),
    (r"<([^A-Za-z/!?]|$)", r"&lt;\1"),
    (r"<(https?://[^\s<>]+)>", r'<a href="\1">\1</a>'),
    (r"!\[([^\]]*)\]\(([^)\s]+)\)", r'<img src="\2" alt="\1" />'),
    (r"\[([^\]]+)\]\(([^)\s]+)\)", r'<a href="\2">\1</a>'),
    (r"\*\*(\S(?:[^*]*\S)?)\*\*", r"<strong>\1</strong>"),
    (r"\b__(\S(?:[^_]*\S)?)__\b", r"<strong>\1</strong>"),
    (r"\*(\S(?:[^*]*\S)?)\*", r"<em>\1</em>"),
    (r"\b_(\S(?:[^_]*\S)?)_\b", r"<em>\1</em>"),
    (r" {2,}\n", "<br />\n"),
)


def markdown_to_html(markdown: str) -> str:
    """Return HTML for Markdown's headings, lists, quotes, code, rules and inline marks."""
    lines = check_text(markdown).expandtabs(4).replace("\r\n", "\n").split("\n")
    return "\n\n".join(_blocks(lines)) + "\n"


def _blocks(lines: Sequence[str]) -> list[str]:
    made: list[str] = []
    at = 0
    while at < len(lines):
        budget().tick()
        if not lines[at].strip():
            at += 1
            continue
        block, at = _block(lines, at)
        made.append(block)
    return made


def _block(lines: Sequence[str], at: int) -> tuple[str, int]:
    line, after = lines[at], lines[at + 1] if at + 1 < len(lines) else ""
    if heading := regex.fullmatch(_HEADING, line):
        return _heading(len(heading.group(1)), heading.group(2)), at + 1
    if after.strip() and not after.strip("=-") and len(set(after)) == 1:
        return _heading(1 if after[0] == "=" else 2, line), at + 2
    if regex.fullmatch(_RULE, line):
        return "<hr />", at + 1
    if block := next((block for start, block in _STARTS if regex.match(start, line)), None):
        return block(lines, at)
    end = _until(lines, at, lambda line: not line.strip())
    return f"<p>{_inline(chr(10).join(lines[at:end]).strip())}</p>", end


def _until(lines: Sequence[str], start: int, ends: Callable[[str], bool]) -> int:
    return next((i for i in range(start, len(lines)) if ends(lines[i])), len(lines))


def _heading(level: int, text: str) -> str:
    return f"<h{level}>{_inline(text.strip())}</h{level}>"


def _quote(lines: Sequence[str], at: int) -> tuple[str, int]:
    end = _until(lines, at, lambda line: not line.strip())
    inner = [line.removeprefix(">").removeprefix(" ") for line in lines[at:end]]
    budget().allocate(sum(map(len, inner)))
    quoted = "\n".join(
        f"  {line}" if line else "" for line in "\n\n".join(_blocks(inner)).split("\n")
    )
    return f"<blockquote>\n{quoted}\n</blockquote>", end


def _code_block(lines: Sequence[str], at: int) -> tuple[str, int]:
    end = _until(lines, at, lambda line: bool(line.strip()) and not line.startswith("    "))
    code = "\n".join(line[4:] for line in lines[at:end]).strip("\n")
    return f"<pre><code>{html.escape(code, quote=False)}\n</code></pre>", end


def _list(lines: Sequence[str], at: int) -> tuple[str, int]:
    tag = "ol" if lines[at].lstrip()[0].isdigit() else "ul"
    items: list[list[str]] = []
    loose = False
    while at < len(lines):
        item = regex.fullmatch(_ITEM, lines[at])
        if item and not (items and lines[at].startswith("  ")):
            items.append([item.group(3)])
        elif lines[at].startswith("  ") or (lines[at].strip() and lines[at - 1].strip()):
            items[-1].append(_dedented(lines[at]))
        elif not lines[at].strip() and _goes_on(lines, at):
            items[-1].append("")
            loose = True
        else:
            break
        at += 1
    return f"<{tag}>\n" + "\n".join(_item(item, loose) for item in items) + f"\n</{tag}>", at


def _dedented(line: str) -> str:
    spaces = len(line) - len(line.lstrip(" "))
    return line[min(spaces, 4 if spaces >= 4 else 2) :]


def _goes_on(lines: Sequence[str], at: int) -> bool:
    following = lines[at + 1] if at + 1 < len(lines) else ""
    return bool(regex.fullmatch(_ITEM, following)) or following.startswith("    ")


def _item(lines: Sequence[str], loose: bool) -> str:
    budget().allocate(sum(map(len, lines)))
    if loose:
        return f"<li>{(chr(10) * 2).join(_blocks(lines))}</li>"
    nested = _until(lines, 1, lambda line: bool(regex.fullmatch(_ITEM, line)))
    text = _inline("\n".join(lines[:nested]).strip())
    inner = "\n".join(_blocks(lines[nested:]))
    return f"<li>{text}\n{inner}</li>" if inner else f"<li>{text}</li>"


def _inline(text: str) -> str:
    made: list[str] = []
    end = 0
    for code in regex.finditer(_CODE, text) if "`" in text else ():
        if code.group(1) == code.group(3):
            made.append(_marked(text[end : code.start()]))
            made.append(f"<code>{html.escape(code.group(2).strip(), quote=False)}</code>")
            end = code.end()
    return "".join([*made, _marked(text[end:])])


def _marked(text: str) -> str:
    for pattern, replacement in _INLINE:
        text = regex.sub(pattern, replacement, text)
    return text


_STARTS: Sequence[tuple[str, Callable[[Sequence[str], int], tuple[str, int]]]] = (
    (_ITEM, _list),
    (">", _quote),
    (" {4}", _code_block),
)

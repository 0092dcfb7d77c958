"""Markdown, HTML and chunks of text, in the plain forms that model replies use."""

import html
from html.parser import HTMLParser

from julep.local.workflow import regex
from julep.local.workflow.documents import check_text

_CHUNK_SIZE = 2_000
_INLINE = (
    (r"`([^`]+)`", r"<code>\1</code>"),
    (r"\*\*([^*]+)\*\*", r"<strong>\1</strong>"),
    (r"\*([^*]+)\*", r"<em>\1</em>"),
    (r"\[([^\]]+)\]\(([^)\s]+)\)", r'<a href="\2">\1</a>'),
)
_MARKS = {"strong": "**", "b": "**", "em": "*", "i": "*", "code": "`"}
_BLOCKS = frozenset({"p", "div", "ul", "ol", "table", "pre", "blockquote"})


def chunk_doc(string: str) -> list[str]:
    """Returns the text in pieces of whole paragraphs, about 2000 characters each."""
    chunks = [""]
    for paragraph in check_text(string).split("\n\n"):
        if chunks[-1] and len(chunks[-1]) + len(paragraph) > _CHUNK_SIZE:
            chunks.append("")
        chunks[-1] += ("\n\n" if chunks[-1] else "") + paragraph
    return chunks


def markdown_to_html(markdown: str) -> str:
    """Returns HTML for Markdown's headings, lists, paragraphs and inline marks."""
    blocks = check_text(markdown).strip().split("\n\n")
    return "\n".join(_block(block.strip()) for block in blocks if block.strip()) + "\n"


def _block(block: str) -> str:
    lines = block.split("\n")
    hashes = len(block) - len(block.lstrip("#"))
    if 0 < hashes <= 6 and block[hashes : hashes + 1] == " ":
        return f"<h{hashes}>{_inline(block[hashes:].strip())}</h{hashes}>"
    if all(line.startswith(("- ", "* ")) for line in lines):
        items = "\n".join(f"<li>{_inline(line[2:].strip())}</li>" for line in lines)
        return f"<ul>\n{items}\n</ul>"
    return f"<p>{_inline(block)}</p>"


def _inline(line: str) -> str:
    marked = html.escape(line, quote=False)
    for pattern, replacement in _INLINE:
        marked = regex.sub(pattern, replacement, marked)
    return marked


class _Markdown(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self._links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _MARKS:
            self.pieces.append(_MARKS[tag])
        elif tag == "a":
            self._links.append(dict(attrs).get("href") or "")
            self.pieces.append("[")
        else:
            self.pieces.append(_opening(tag))

    def handle_endtag(self, tag: str) -> None:
        if tag in _MARKS:
            self.pieces.append(_MARKS[tag])
        elif tag == "a" and self._links:
            self.pieces.append(f"]({self._links.pop()})")
        elif tag in _BLOCKS or tag in {"h1", "h2", "h3", "h4", "h5", "h6"}:
            self.pieces.append("\n\n")

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)


def _opening(tag: str) -> str:
    if tag in {"h1", "h2", "h3", "h4", "h5", "h6"}:
        return "\n\n" + "#" * int(tag[1]) + " "
    return {"li": "\n- ", "br": "\n"}.get(tag, "")


def html_to_markdown(html: str) -> str:
    """Returns Markdown for HTML's headings, lists, paragraphs, links and emphasis."""
    parser = _Markdown()
    parser.feed(check_text(html))
    parser.close()
    return regex.sub(r"\n{3,}", "\n\n", "".join(parser.pieces)).strip()

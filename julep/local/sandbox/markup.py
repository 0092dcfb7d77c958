"""Markdown, HTML and chunks of text, in the plain forms that model replies use."""

from __future__ import annotations

import html as entities

from julep.local.sandbox import regex
from julep.local.sandbox.documents import check_text

_CHUNK_SIZE = 2_000
_LOWEST_HEADING = 6
_TO_HTML = (
    (r"`([^`]+)`", r"<code>\1</code>"),
    (r"\*\*([^*]+)\*\*", r"<strong>\1</strong>"),
    (r"\*([^*]+)\*", r"<em>\1</em>"),
    (r"\[([^\]]+)\]\(([^)\s]+)\)", r'<a href="\2">\1</a>'),
)
_TO_MARKDOWN = (
    (r"(?is)<(?:script|style)\b[^>]*>.*?</(?:script|style)>|<!--.*?-->", ""),
    (r"(?i)</?(?:strong|b)>", "**"),
    (r"(?i)</?(?:em|i)>", "*"),
    (r"(?i)</?code>", "`"),
    (r'(?is)<a\b[^>]*?href="([^">]*)"[^>]*>(.*?)</a>', r"[\2](\1)"),
    *((rf"(?i)<h{level}\b[^>]*>", "\n\n" + "#" * level + " ") for level in range(1, 7)),
    (r"(?i)<li\b[^>]*>", "\n- "),
    (r"(?i)<br\b[^>]*>", "\n"),
    (r"(?i)</(?:p|div|ul|ol|table|pre|blockquote|h[1-6])>", "\n\n"),
    (r"<[^<>]*>", ""),
)


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
    if 0 < hashes <= _LOWEST_HEADING and block[hashes : hashes + 1] == " ":
        return f"<h{hashes}>{_inline(block[hashes:].strip())}</h{hashes}>"
    if all(line.startswith(("- ", "* ")) for line in lines):
        items = "\n".join(f"<li>{_inline(line[2:].strip())}</li>" for line in lines)
        return f"<ul>\n{items}\n</ul>"
    return f"<p>{_inline(block)}</p>"


def _inline(line: str) -> str:
    marked = entities.escape(line, quote=False)
    for pattern, replacement in _TO_HTML:
        marked = regex.sub(pattern, replacement, marked)
    return marked


def html_to_markdown(html: str) -> str:
    """Returns Markdown for HTML's headings, lists, paragraphs, links and emphasis."""
    text = check_text(html)
    for pattern, replacement in _TO_MARKDOWN:
        text = regex.sub(pattern, replacement, text)
    return regex.sub(r"\n{3,}", "\n\n", entities.unescape(text)).strip()

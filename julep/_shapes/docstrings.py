"""What docstrings in Google's style say of a function or class, and of its parts."""

from __future__ import annotations

import re

_SECTION = re.compile(r"^(\w+(?: \w+)?):\s*$", re.MULTILINE)
_PARTS = {"args", "arguments", "parameters", "attributes", "keyword args", "keyword arguments"}
_OTHERS = {
    *_PARTS,
    *("returns", "return", "yields", "yield", "raises", "raise", "warns", "warnings"),
    *("example", "examples", "note", "notes", "todo", "references", "see also"),
}
_ENTRY = re.compile(r"^\*{0,2}(\w+)\s*(?:\([^)]*\))?\s*:\s*(.*)$")


def described(text: str | None) -> tuple[str, dict[str, str]]:
    """Read what stands before the first section, and what is said of each argument or attribute.

    Args:
        text: A docstring as `inspect.getdoc` gives it, without the indentation of code.
    """
    pieces = _SECTION.split(text or "")
    summary, parts = pieces[0], dict[str, str]()
    before_sections = True
    for title, body in zip(pieces[1::2], pieces[2::2], strict=True):
        if title.lower() in _PARTS:
            parts |= _entries(body)
        before_sections = before_sections and title.lower() not in _OTHERS
        if before_sections:  # a line that only looks like the title of a section
            summary += f"{title}:{body}"
    return summary.strip(), parts


def _entries(body: str) -> dict[str, str]:
    """Read the entries of a section; what is indented deeper continues the one before."""
    lines = [line for line in body.splitlines() if line.strip()]
    if not lines:
        return {}
    depth = _indent(lines[0])
    entries: dict[str, str] = {}
    name = ""
    for line in lines:
        if _indent(line) < depth or not depth:
            break  # the section ends without a title for the next
        entry = _ENTRY.match(line.strip()) if _indent(line) == depth else None
        if entry:
            name = entry[1]
            entries[name] = entry[2]
        elif name:
            entries[name] = f"{entries[name]} {line.strip()}".strip()
    return entries


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())

"""Links between pages lead somewhere."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parent.parent
PAGES: Final = sorted(
    [ROOT / "README.md", ROOT / "CHANGELOG.md"]
    + [page for folder in ("julep", "examples") for page in (ROOT / folder).rglob("*.md")]
)
_FENCED: Final = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_LINK: Final = re.compile(r"\]\(([^)\s]+)\)")
_HEADING: Final = re.compile(r"^#+ (.+)$", re.MULTILINE)


@cache
def prose(page: Path) -> str:
    """The text of a page without its blocks of code."""
    return _FENCED.sub("", page.read_text(encoding="utf-8"))


@cache
def anchors(page: Path) -> frozenset[str]:
    """What GitHub calls the headings of a page; those that come again are numbered."""
    seen: Counter[str] = Counter()
    names: set[str] = set()
    for heading in _HEADING.findall(prose(page)):
        name = re.sub(r"[^\w\- ]", "", heading).lower().replace(" ", "-")
        names.add(f"{name}-{seen[name]}" if seen[name] else name)
        seen[name] += 1
    return frozenset(names)


def links(page: Path) -> Iterator[tuple[str, Path, str]]:
    """Each link to a place in the project: as it is written, its file and its anchor."""
    for link in _LINK.findall(prose(page)):
        if not link.startswith("https://"):
            path, _, anchor = link.partition("#")
            yield link, (page.parent / path if path else page), anchor


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    """Files are where a link says, inside the project, and have the heading that it names."""
    lost = [
        link
        for link, path, anchor in links(page)
        if not path.resolve().is_relative_to(ROOT)
        or not path.exists()
        or (anchor and anchor not in anchors(path.resolve()))
    ]
    assert lost == []


def test_every_page_is_reached_from_the_readme() -> None:
    """By links alone; nobody has to search the folders."""
    reached: set[Path] = set()
    coming = [ROOT / "README.md"]
    while coming:
        page = coming.pop().resolve()
        if page.suffix == ".md" and page not in reached:
            reached.add(page)
            coming += [path for _, path, _ in links(page)]
    assert [page for page in PAGES if page not in reached] == []

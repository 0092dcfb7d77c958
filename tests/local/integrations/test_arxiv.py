"""Papers of arXiv."""

from __future__ import annotations

from typing import Any

import pytest

from julep.local.integrations import arxiv
from julep.local.integrations.providers import BUILT_IN
from julep.local.workflow.ports import EffectError
from tests.local.integrations.conftest import Asked, Integrate, asked, service

ENTRY = """<entry>
  <id>http://arxiv.org/abs/1.2v3</id><updated>2024-01-02T03:04:05Z</updated>
  <published>2023-01-02T03:04:05Z</published><title>On
    things</title><summary>  First line
second line
</summary>
  <author><name>A. Author</name></author><author><name>B. Author</name></author>
  <arxiv:doi xmlns:arxiv="http://arxiv.org/schemas/atom">10.1/x</arxiv:doi>
  <link href="http://arxiv.org/abs/1.2v3" rel="alternate"/>
  <link title="pdf" href="{pdf}" rel="related"/>
  <arxiv:primary_category xmlns:arxiv="http://arxiv.org/schemas/atom" term="cs.AI"/>
  <category term="cs.AI"/><category term="cs.LG"/>
</entry>"""


def feed(count: int, pdf: str = "http://arxiv.org/pdf/1.2v3") -> bytes:
    """So many entries."""
    entries = ENTRY.format(pdf=pdf) * count
    head = '<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom">'
    return f"{head}{entries}</feed>".encode()


def test_papers_are_found(integrate: Integrate) -> None:
    """As many as are asked for."""
    assert BUILT_IN["arxiv.search"] is arxiv.SEARCH
    with service(lambda _: feed(3)) as wire:
        given: Any = {"query": "all:x", "max_results": "2", "sort_by": "submittedDate"}
        result = integrate("arxiv.search", wire.url, given)["result"]
        path, query, _, _ = asked(wire.seen[0])
    assert len(result) == 2
    assert result[0] == {
        "entry_id": "http://arxiv.org/abs/1.2v3",
        "title": "On things",
        "updated": "2024-01-02 03:04:05",
        "published": "2023-01-02 03:04:05",
        "authors": ["A. Author", "B. Author"],
        "summary": "First linesecond line",
        "comment": None,
        "journal_ref": None,
        "doi": "10.1/x",
        "primary_category": "cs.AI",
        "categories": ["cs.AI", "cs.LG"],
        "links": ["http://arxiv.org/abs/1.2v3", "http://arxiv.org/pdf/1.2v3"],
        "pdf_url": "http://arxiv.org/pdf/1.2v3",
        "pdf_downloaded": None,
    }
    assert (path, query) == (
        "/api/query",
        {
            "search_query": "all:x",
            "id_list": "",
            "sortBy": "submittedDate",
            "sortOrder": "descending",
            "start": "0",
            "max_results": "100",
        },
    )


def test_papers_are_downloaded(integrate: Integrate) -> None:
    """From where the feed says, which is bound like all else."""

    def answer(asked: Asked) -> Any:
        return b"%PDF" if asked.path == "/pdf" else feed(1, f"{wire.url}/pdf")

    with service(answer) as wire:
        given = {"query": "x", "download_pdf": True}
        (paper,) = integrate("arxiv.search", wire.url, given)["result"]
        assert paper["pdf_downloaded"] == {
            "base64": "JVBERg==",
            "mime_type": "application/pdf",
            "title": "On things",
        }


@pytest.mark.slow
def test_more_than_a_page_is_asked_for_again(integrate: Integrate) -> None:
    """From where the last one ended, until there are enough or no more."""

    def answer(asked: Asked) -> bytes:
        return feed(100 if asked.query["start"] == "0" else 20)

    with service(answer) as wire:
        given = {"query": "x", "max_results": 300}
        found = integrate("arxiv.search", wire.url, given, most_bytes=1_000_000)
        assert [asked(seen).query["start"] for seen in wire.seen] == ["0", "100"]
    assert len(found["result"]) == 120


def test_a_failure_is_told(integrate: Integrate) -> None:
    """Of the server, and of a limit."""
    with (
        service(lambda _: b"", status="500 No") as wire,
        pytest.raises(EffectError, match=r"^Page request resulted in HTTP 500 \(http://.*/query\?"),
    ):
        integrate("arxiv.search", wire.url, {"query": "x"})
    assert len(wire.seen) == 1
    with pytest.raises(EffectError, match="greater than or equal to 1"):
        integrate("arxiv.search", wire.url, {"query": "x", "max_results": 0})

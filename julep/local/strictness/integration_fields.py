"""What the built-in integrations take, checked when a tool is written and when it is called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from julep.local.fields import (
    Check,
    Field,
    Form,
    boolean,
    hidden,
    mapping,
    one_of,
    optional,
    sequence,
    text,
    web_address,
    whole_number,
)
from julep.types._json import JsonObject

_MOST_PAPERS = 300_000
_LONGEST_HEADER = 1_000
"""Characters. Python takes over a second to write so many that aren't ASCII into the header of an
email, and four times as long for twice as many."""
_MEDIA = ("application/json", "text/csv", "application/xml", "application/jsonl")


class Takes(NamedTuple):
    """What an integration takes; other fields are dropped.

    Attributes:
        arguments: Of a call.
        setup: Of the tool; None takes none.
    """

    arguments: Form[JsonObject]
    setup: Form[JsonObject] | None = None


def _form(**fields: Field) -> Form[JsonObject]:
    return Form(fields, secret=True)


def _page(url: Check) -> Takes:
    return Takes(
        arguments=_form(
            url=Field(url),
            content_type=Field(one_of(*_MEDIA), _MEDIA[0]),
            params=Field(optional(mapping), None),
        ),
        setup=_form(spider_api_key=Field(hidden(text()))),
    )


TAKES: Mapping[str, Takes] = {
    "arxiv.search": Takes(
        _form(
            query=Field(text()),
            # Self-hosted servers take it, and send none.
            id_list=Field(optional(sequence(text())), None),
            max_results=Field(whole_number(1, _MOST_PAPERS), 5),
            download_pdf=Field(boolean, default=False),
            sort_by=Field(one_of("relevance", "lastUpdatedDate", "submittedDate"), "relevance"),
            sort_order=Field(one_of("ascending", "descending"), "descending"),
        )
    ),
    "brave.search": Takes(_form(query=Field(text())), _form(brave_api_key=Field(hidden(text())))),
    "email.send": Takes(
        _form(
            **{name: Field(text(0, _LONGEST_HEADER)) for name in ("to", "from", "subject")},
            body=Field(text()),
        ),
        _form(
            host=Field(text()),
            port=Field(whole_number(1, 65_535)),
            user=Field(text()),
            password=Field(hidden(text())),
        ),
    ),
    "spider.crawl": _page(web_address),
    "spider.links": _page(web_address),
    "spider.screenshot": _page(web_address),
    "spider.search": _page(text()),
    "weather.get": Takes(
        _form(location=Field(text())), _form(openweathermap_api_key=Field(hidden(text())))
    ),
    "wikipedia.search": Takes(
        _form(query=Field(text()), load_max_docs=Field(whole_number(1, 10), 2))
    ),
}
